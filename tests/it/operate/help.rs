//! The help of every command.

use serde_json::json;

use super::run;

/// Commands whose output is for programs already, and the one that prints nothing.
const WITHOUT_JSON: [&str; 3] = ["serve", "schema", "limits"];

/// Returns the help of a command, and the names of the commands below it.
async fn help(command: &[String]) -> (String, Vec<String>) {
    let words = command.iter().map(String::as_str).chain(["--help"]);
    let text = run(words).await.text().to_owned();
    let list =
        text.split_once("Commands:\n").and_then(|(_, rest)| rest.split_once("\n\n")).map_or("", |(list, _)| list);
    // The lines that continue a description are indented further.
    let names = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let names = names.map(str::to_owned).collect();
    (text, names)
}

#[tokio::test]
async fn every_command_has_help_with_an_example_of_itself_and_exit_codes_and_prints_json() {
    let mut pending = vec![Vec::<String>::new()];
    let mut commands = 0;
    while let Some(command) = pending.pop() {
        let (text, below) = help(&command).await;
        pending.extend(below.iter().map(|name| [command.clone(), vec![name.clone()]].concat()));
        // `backup` has a command below it and is one itself.
        if !below.is_empty() && command != ["backup"] {
            continue;
        }
        commands += 1;
        let name = command.join(" ");
        let examples = text.split_once("Example").map_or("", |(_, examples)| examples);
        assert!(examples.contains(&format!("  studyhall {name}")), "{name} has no example\n{text}");
        assert!(examples.contains("Exit codes: 0 "), "{name} does not say how it exits\n{text}");
        let is_exempt = WITHOUT_JSON.contains(&name.as_str());
        assert_eq!(text.contains("--json"), !is_exempt, "{name}: --json");
    }
    assert!(commands > 20, "{commands} commands");
}

#[tokio::test]
async fn commands_say_what_they_did() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = format!("--data-dir={}", dir.path().join("data").display());
    let migrated = run(["migrate", &data]).await;
    assert!(migrated.text().starts_with("The database has the schema version "), "{migrated:?}");
    assert!(
        run(["migrate", "--json", &data]).await.json()["schemaVersion"].as_i64().is_some_and(|version| version > 0)
    );
    let demo = run(["demo", "--users=3", "--json", &data]).await.json();
    let username = demo["username"].as_str().expect("a username").to_owned();
    assert!(demo["posts"].as_u64().is_some() && demo["password"].is_string(), "{demo}");
    let again = run(["demo", "--users=3", "--once", "--json", &data]).await.json();
    assert_eq!((&again["members"], &again["username"]), (&json!(0), &demo["username"]));
    for (words, said) in [
        (vec!["keys", "rotate"], "keys.json has a new signing key."),
        (vec!["admin", "role", &username, "moderator"], "has the role moderator."),
        (vec!["admin", "lock", &username], "is locked."),
        (vec!["admin", "unlock", &username], "is not locked."),
        (vec!["admin", "moved-bookings"], "0 bookings moved."),
        (vec!["admin", "recount"], "0 unread counts were corrected."),
    ] {
        let text = run(words.iter().copied().chain([data.as_str()])).await;
        assert!(text.text().trim_end().ends_with(said), "{words:?}: {text:?}");
        let json = run(words.iter().copied().chain(["--json", data.as_str()])).await.json();
        assert!(json.is_object() || json.is_array(), "{words:?}: {json}");
    }
}
