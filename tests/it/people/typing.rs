//! People type names in other ways than their owners write them. Each way finds the member, in every script.

use std::collections::BTreeMap;

use studyhall::accounts::{AccountId, Role, SessionId, Viewer};
use studyhall::app::App;
use studyhall::clock::Timestamp;
use studyhall::db::Query;
use studyhall::page::Page;
use studyhall::profiles::search::{UserSearchFilter, rules::search_users};
use studyhall::search;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::names::{FAMILY_NAME_FIRST, NAMES, WITHOUT_SPACES};
use crate::support::{Campus, Engine};

const WAYS: [&str; 5] = ["full", "beginning", "reversed", "plain", "letters"];

/// How many members have names of one script.
const MEMBERS_PER_SCRIPT: usize = 100;

/// One in this many pairs of member and way is typed: all of them take a minute.
const SAMPLE_INTERVAL: usize = WAYS.len();

/// The position up to which a member counts as found.
const FIRST: usize = 5;

struct Named {
    script: &'static str,
    username: String,
    given: String,
    family: String,
}

fn members() -> Vec<Named> {
    let mut members = Vec::new();
    for (script, given, family) in NAMES {
        let list = |names: &str| names.split_whitespace().map(|name| name.replace('_', " ")).collect::<Vec<_>>();
        let (given, family) = (list(given), list(family));
        assert_eq!((given.len(), family.len()), (20, 20), "{script}");
        for n in 0..MEMBERS_PER_SCRIPT {
            members.push(Named {
                script,
                username: format!("u{:04}", members.len()),
                given: given[n % 20].clone(),
                family: family[(n * 7 + n / 20 * 3) % 20].clone(),
            });
        }
    }
    members
}

impl Named {
    /// Returns what people type who look for this member.
    fn typed(&self, way: &str) -> String {
        let Self { given, family, .. } = self;
        let is_family_first = FAMILY_NAME_FIRST.contains(&self.script);
        match way {
            "full" if is_family_first => format!("{family}{given}"),
            "full" => format!("{given} {family}"),
            "beginning" if is_family_first => format!("{family}{}", letters(given, 1)),
            "beginning" => format!("{given} {}", letters(family, family.chars().count().div_ceil(2))),
            "reversed" if is_family_first => format!("{given} {family}"),
            "reversed" => format!("{family} {given}"),
            "plain" if is_family_first => format!("{family} {given}"),
            "plain" if WITHOUT_SPACES.contains(&self.script) => format!("{given}{family}"),
            "plain" => format!("{} {}", plain(given), plain(family)),
            "letters" if is_family_first => format!("{}{}", letters(family, 1), letters(given, 1)),
            "letters" => format!("{} {}", letters(given, 3), letters(family, 3)),
            _ => panic!("there is no way {way}"),
        }
    }
}

/// Returns the first letters of a name, with their marks.
fn letters(name: &str, count: usize) -> String {
    let mut letters = 0;
    let is_within = |c: &char| {
        letters += usize::from(!is_combining_mark(*c));
        letters <= count
    };
    name.chars().take_while(is_within).collect()
}

/// Returns a name without accents, vowel points, dots below, hyphens, apostrophes and spaces.
fn plain(name: &str) -> String {
    let is_left_out = |c: &char| {
        matches!(c, '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{655}' | '\u{640}' | '\u{200C}')
            || matches!(c, '\u{93C}' | '\u{9BC}' | '\u{A3C}' | ' ' | '-' | '\'')
    };
    let letters = name.nfd().filter(|c| !is_left_out(c)).map(|c| match c {
        'Ł' => 'L',
        'ł' => 'l',
        'Ø' => 'O',
        'ø' => 'o',
        'Đ' => 'D',
        'đ' => 'd',
        'Ґ' => 'Г',
        'ґ' => 'г',
        c => c,
    });
    letters.nfc().collect()
}

/// Inserts the members without registration, which would hash two thousand passwords.
async fn insert(app: &App, members: &[Named]) {
    for batch in members.chunks(500) {
        let mut tx = app.db.write().await.expect("a transaction");
        for Named { username, given, family, .. } in batch {
            let id = app.clock.new_id();
            tx.run(
                "insert into accounts (id, role, email, email_fold, password_hash, created_at)
                 values ($1, 'member', $2, $2, '', 0)",
                &[&id, username],
            )
            .await
            .expect("an account");
            tx.run(
                "insert into users (id, username, username_fold, is_guest, first_name, last_name, joined_at)
                 values ($1, $2, $2, false, $3, $4, 0)",
                &[&id, username, given, family],
            )
            .await
            .expect("a user");
            search::refresh(&mut tx, id).await.expect("the words are stored");
        }
        tx.commit().await.expect("the members are stored");
    }
}

/// Returns the usernames of the first results.
async fn find(app: &App, typed: String) -> Vec<String> {
    let viewer = Viewer {
        account: AccountId(1),
        session: SessionId(0),
        role: Role::Member,
        authenticated_at: Timestamp(0),
        locale: None,
    };
    let filter = UserSearchFilter { text: Some(typed), ..UserSearchFilter::default() };
    let size = i64::try_from(FIRST).expect("a small number");
    let page = Page { size, is_backward: false, after: None, before: None, wants_total: false };
    let found = search_users(app, viewer, &filter, &page).await.expect("the search is valid");
    found.users.into_iter().take(FIRST).map(|(hit, _)| hit.name).collect()
}

/// Counts for each script and way how many members are among the first results, in parts of `tried`.
struct Outcome(BTreeMap<(&'static str, &'static str), (usize, usize)>);

impl Outcome {
    fn share(&self, is_counted: impl Fn(&str, &str) -> bool) -> f64 {
        let counted = self.0.iter().filter(|((script, way), _)| is_counted(script, way));
        let (found, tried) = counted.fold((0, 0), |sum, (_, count)| (sum.0 + count.0, sum.1 + count.1));
        #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
        let share = found as f64 / tried as f64;
        share
    }
}

/// Types a part of all pairs of member and way on both databases, in each way for each script.
async fn type_names() -> Outcome {
    let members = members();
    let flags = ["--rate-limits=off"];
    let sqlite = Campus::start_with(Engine::Sqlite, &flags).await;
    let postgres = Campus::start_with(Engine::Postgres, &flags).await;
    tokio::join!(insert(&sqlite.app, &members), insert(&postgres.app, &members));
    let mut outcome = Outcome(BTreeMap::new());
    let typed = members.iter().enumerate().flat_map(|(n, member)| WAYS.map(|way| (n, member, way)));
    let is_sampled = |(n, (member, ..)): &(usize, (usize, _, _))| (n + member / 20).is_multiple_of(SAMPLE_INTERVAL);
    for (n, member, way) in typed.enumerate().filter(is_sampled).map(|(_, pair)| pair) {
        let text = member.typed(way);
        let (found, on_postgres) = tokio::join!(find(&sqlite.app, text.clone()), find(&postgres.app, text.clone()));
        assert_eq!(found, on_postgres, "{text}");
        let count = outcome.0.entry((member.script, way)).or_default();
        count.1 += 1;
        if found.contains(&member.username) {
            count.0 += 1;
        } else {
            println!("{} {way} {text:?} does not find {n} {} {}", member.script, member.given, member.family);
        }
    }
    outcome
}

#[tokio::test]
async fn names_are_found_as_people_type_them_in_the_same_order_on_both_databases() {
    let outcome = Box::pin(type_names()).await;
    println!("{:<12}{}", "", WAYS.map(|way| format!("{way:>10}")).concat());
    for (script, ..) in NAMES {
        let shares = WAYS.map(|way| format!("{:>10.2}", outcome.share(|s, w| s == script && w == way)));
        println!("{script:<12}{}", shares.concat());
    }
    let total = outcome.share(|_, _| true);
    assert!(total >= 0.95, "{total}");
    for (script, ..) in NAMES {
        let share = outcome.share(|s, _| s == script);
        assert!(share >= 0.9, "{script}: {share}");
    }
}
