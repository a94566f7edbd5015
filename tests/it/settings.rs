//! The command line. A wrong or unsafe setting prevents the start with one line that names it.

use std::path::Path;
use std::process::{Command, Output};

fn studyhall(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_studyhall"))
        .args(arguments)
        .env_clear()
        .env("STUDYHALL_DATA_DIR", dir)
        .env("STUDYHALL_LISTEN", "127.0.0.1:0")
        .output()
        .expect("the program starts")
}

#[test]
fn a_wrong_setting_is_reported_by_name_in_one_line() {
    let dir = tempfile::tempdir().expect("a directory");
    for (argument, name) in [
        ("--public-url=ftp://campus.example", "STUDYHALL_PUBLIC_URL"),
        ("--public-url=https://campus.example/below", "STUDYHALL_PUBLIC_URL"),
        ("--allowed-origins=https://app.example/", "STUDYHALL_ALLOWED_ORIGINS"),
        ("--allowed-origins=*", "STUDYHALL_ALLOWED_ORIGINS"),
        ("--allowed-origins=https://*.campus.example", "STUDYHALL_ALLOWED_ORIGINS"),
        ("--allowed-origins=capacitor://localhost/app", "STUDYHALL_ALLOWED_ORIGINS"),
        ("--allowed-origins=file:///app", "STUDYHALL_ALLOWED_ORIGINS"),
        ("--allowed-headers=x campus", "STUDYHALL_ALLOWED_HEADERS"),
        ("--database-url=mysql://localhost/studyhall", "STUDYHALL_DATABASE_URL"),
        ("--database-url=postgres://127.0.0.1:1/nothing", "STUDYHALL_DATABASE_URL"),
        ("--email-domains=campus.example", "STUDYHALL_EMAIL_DOMAINS"),
        ("--mail-from=invalid", "STUDYHALL_MAIL_FROM"),
        ("--smtp-url=gopher://mail.example", "STUDYHALL_SMTP_URL"),
        ("--max-sockets=0", "STUDYHALL_MAX_SOCKETS"),
        ("--log=studyhall=loud", "STUDYHALL_LOG"),
    ] {
        let output = studyhall(dir.path(), &["serve", argument]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{argument}: {stderr}");
        let last = stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with("studyhall: ") && last.contains(name), "{argument}: {stderr}");
    }
}

#[test]
fn a_domain_that_no_address_can_have_is_reported_with_its_setting() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = studyhall(dir.path(), &["serve", "--registration=confirmed", "--email-domains=campus.example,a@b"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("STUDYHALL_EMAIL_DOMAINS") && stderr.contains("a@b"), "{stderr}");
}

#[test]
fn insecure_cookies_and_https_exclude_each_other() {
    let dir = tempfile::tempdir().expect("a directory");
    let output =
        studyhall(dir.path(), &["serve", "--public-url=https://campus.example", "--allow-insecure-cookies=true"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && stderr.contains("STUDYHALL_ALLOW_INSECURE_COOKIES"), "{stderr}");
}

#[test]
fn an_invalid_key_file_is_rejected_without_printing_it() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("keys.json"), "{\"keys\":[],\"derivation\":\"c2VjcmV0\"}")
        .expect("the file is written");
    let output = studyhall(dir.path(), &["serve"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && stderr.lines().count() == 1, "{stderr}");
    assert!(stderr.contains("keys.json") && !stderr.contains("c2VjcmV0"), "{stderr}");
}

#[test]
fn the_help_lists_settings_with_their_defaults() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = studyhall(dir.path(), &["--help"]);
    let help = String::from_utf8_lossy(&output.stdout);
    for name in ["STUDYHALL_LISTEN", "STUDYHALL_DATABASE_URL", "STUDYHALL_REGISTRATION", "STUDYHALL_MAX_BODY_BYTES"] {
        assert!(help.contains(name), "{name} is missing");
    }
    assert!(help.contains("[default: 127.0.0.1:8000]") && help.contains("[default: 65536]"), "{help}");
}

#[test]
fn the_data_directory_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let output = studyhall(dir.path(), &["admin", "unlock", "unknown", &format!("--data-dir={}", data.display())]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && stderr.contains("there is no member"), "{stderr}");
    // A restore locks the directory, as a server does.
    let backup = dir.path().join("backup.tar");
    let (data, restored) = (format!("--data-dir={}", data.display()), dir.path().join("restored"));
    let backup = backup.to_str().expect("UTF-8");
    for arguments in [["backup", backup, &data], ["restore", backup, &format!("--data-dir={}", restored.display())]] {
        assert!(studyhall(dir.path(), &arguments).status.success(), "{arguments:?}");
    }
    let files = ["data", "restored"].map(|name| std::fs::read_dir(dir.path().join(name)).expect("a directory"));
    let mut names = Vec::new();
    for file in files.into_iter().flatten().map(|file| file.expect("a file")) {
        let metadata = file.metadata().expect("it exists");
        let expected = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{:?}", file.path());
        names.push(file.file_name().into_string().expect("UTF-8"));
    }
    for name in ["keys.json", "studyhall.sqlite", "studyhall.lock"] {
        assert!(names.iter().any(|found| found == name), "{name} is missing in {names:?}");
    }
}

#[test]
fn an_empty_variable_counts_as_absent_and_a_secret_is_read_from_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let url = dir.path().join("url");
    std::fs::write(&url, "postgres://127.0.0.1:1/nothing\n").expect("the file is written");
    let output = Command::new(env!("CARGO_BIN_EXE_studyhall"))
        .arg("migrate")
        .env_clear()
        .env("STUDYHALL_DATA_DIR", dir.path())
        .env("STUDYHALL_DATABASE_URL", "")
        .env("STUDYHALL_LISTEN", "")
        .env("STUDYHALL_DATABASE_URL_FILE", &url)
        .output()
        .expect("the program starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("STUDYHALL_DATABASE_URL") && stderr.contains("refused"), "{stderr}");
}

#[test]
fn every_secret_can_be_read_from_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let help = studyhall(dir.path(), &["--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    // The help shows the values of variables, except those of secrets.
    let secrets = help.split_whitespace().filter_map(|word| word.strip_prefix("STUDYHALL_")?.strip_suffix(']'));
    let secrets: Vec<&str> = secrets.filter(|name| !name.contains('=')).collect();
    assert!(secrets.contains(&"DATABASE_URL") && secrets.contains(&"SMTP_URL"), "{secrets:?}");
    for name in secrets {
        assert!(help.contains(&format!("STUDYHALL_{name}_FILE=")), "{name} cannot be read from a file");
    }
    let file = dir.path().join("url");
    std::fs::write(&file, "postgres://127.0.0.1:1/nothing\n").expect("the file is written");
    let flag = format!("--database-direct-url-file={}", file.display());
    let output = studyhall(dir.path(), &["serve", &flag]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("STUDYHALL_DATABASE_DIRECT_URL must begin with postgres://"), "{stderr}");
    let output = studyhall(dir.path(), &["serve", &flag, "--database-direct-url=postgres://127.0.0.1:1/nothing"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_variable_that_is_no_setting_is_refused_before_anything_is_changed() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let run = |command: &str, variables: &[(&str, &str)]| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_studyhall"));
        program.arg(command).env_clear().env("STUDYHALL_DATA_DIR", &data).envs(variables.iter().copied());
        program.output().expect("the program starts")
    };
    for command in ["serve", "migrate", "demo"] {
        let output = run(command, &[("STUDYHALL_REGISTRATON", "confirmed")]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command}: {stderr}");
        assert_eq!(stderr, "studyhall: STUDYHALL_REGISTRATON is not a setting; is it misspelt?\n", "{command}");
    }
    assert!(!data.exists());
    // Kubernetes sets these for a service with the name of the program.
    let service = [("STUDYHALL_SERVICE_HOST", "10.0.0.1"), ("STUDYHALL_PORT_8000_TCP", "tcp://10.0.0.1:8000")];
    assert!(run("migrate", &service).status.success());
}

#[test]
fn nothing_is_migrated_with_a_wrong_mail_server() {
    let dir = tempfile::tempdir().expect("a directory");
    let output = studyhall(dir.path(), &["serve", "--smtp-url=gopher://mail.example"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!dir.path().join("studyhall.sqlite").exists());
}

/// A server that is killed when it is dropped, and the lines of its log.
struct Running(std::process::Child, std::io::Lines<std::io::BufReader<std::process::ChildStderr>>);

impl Running {
    fn start(dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_studyhall"))
            .env_clear()
            .env("STUDYHALL_DATA_DIR", dir)
            .env("STUDYHALL_LISTEN", "127.0.0.1:0")
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program starts");
        let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().expect("the log is piped")));
        Self(child, lines)
    }

    fn hang_up(&self) {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &pid]).status().expect("kill runs");
        assert!(sent.success());
    }

    /// Reads the log up to a line that contains this text, and returns the line.
    fn wait_for(&mut self, text: &str) -> String {
        let found = self.1.by_ref().map_while(Result::ok).find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("{text} is not logged"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_second_server_does_not_start_in_the_same_data_directory() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut first = Running::start(dir.path());
    first.wait_for("listening");
    let output = studyhall(dir.path(), &["serve"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && stderr.contains("another server uses"), "{stderr}");
    // Commands work beside a server.
    assert!(studyhall(dir.path(), &["migrate"]).status.success());
    // The end of a terminal session does not end the server.
    first.hang_up();
    first.wait_for("the log filter was read again");
    drop(first);
    Running::start(dir.path()).wait_for("listening");
}

#[test]
fn a_running_server_reads_its_log_filter_again_on_sighup() {
    let dir = tempfile::tempdir().expect("a directory");
    let filter = dir.path().join("log-filter");
    let mut server = Running::start(dir.path());
    let listening = server.wait_for("listening");
    let address = listening.rsplit("address=").next().expect("an address").trim().to_owned();
    std::fs::write(&filter, "no=such=filter\n").expect("the file is written");
    server.hang_up();
    server.wait_for("the log filter stays as it is");
    std::fs::write(&filter, "info,studyhall::http=debug\n").expect("the file is written");
    server.hang_up();
    server.wait_for("the log filter was read again");
    let mut connection = std::net::TcpStream::connect(address).expect("the server listens");
    std::io::Write::write_all(&mut connection, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("a request is sent");
    server.wait_for("request answered");
    // Without the file, the setting holds again.
    std::fs::remove_file(&filter).expect("the file is removed");
    server.hang_up();
    server.wait_for("the log filter was read again");
}
