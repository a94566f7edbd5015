//! Validation, one test for each rule of the specification, with documents for the schema itself.

use std::sync::LazyLock;

use studyhall::config::Limits;
use studyhall::graphql::document::{Types, read};
use studyhall::schema;
use studyhall::schema::prices::PRICES;

use super::documents::limits;

fn verdict(text: &str) -> Result<(), String> {
    static TYPES: LazyLock<Types> = LazyLock::new(|| Types::of(schema::builder(), PRICES));
    match read(text, &TYPES, &limits()) {
        Ok(_) => Ok(()),
        Err(error) if error.code() == "GRAPHQL_VALIDATION_FAILED" => Err(error.errors()[0].message.clone()),
        Err(error) => panic!("{text}: {error:?}"),
    }
}

/// Asserts that documents are valid, and that others are not, for this reason.
#[track_caller]
fn assert_rule(reason: &str, valid: &[&str], invalid: &[&str]) {
    for text in valid {
        assert_eq!(verdict(text), Ok(()), "{text}");
    }
    for text in invalid {
        let message = verdict(text).expect_err(text);
        assert!(message.contains(reason), "{text}: {message}");
    }
}

#[test]
fn operations_have_names_of_their_own_or_stand_alone() {
    assert_rule(
        "operation",
        &["{ lobby { onlineCount } }", "query A { lobby { onlineCount } } mutation B { logout { isLoggedOut } }"],
        &[
            "query A { lobby { onlineCount } } query A { lobby { onlineCount } }",
            "query A { lobby { onlineCount } } mutation A { logout { isLoggedOut } }",
            "query A { lobby { onlineCount } } { lobby { onlineCount } }",
            "{ lobby { onlineCount } } { lobby { onlineCount } }",
        ],
    );
}

#[test]
fn a_subscription_has_one_root_field() {
    assert_rule(
        "root field of a subscription",
        &[
            "subscription { inboxChanged { __typename } }",
            "subscription { inboxChanged { __typename } ...F } fragment F on Subscription { inboxChanged { ... on Event { cursor } } }",
        ],
        &[
            "subscription { __typename }",
            "subscription { a: __typename }",
            "subscription { inboxChanged @skip(if: false) { __typename } }",
            "subscription { ... @include(if: true) { inboxChanged { __typename } } }",
        ],
    );
    assert_rule(
        "exactly one root field",
        &[],
        &[
            "subscription { inboxChanged { __typename } lobbyChanged { __typename } }",
            "subscription { inboxChanged { __typename } b: inboxChanged { __typename } }",
            "subscription { inboxChanged { __typename } ...F } fragment F on Subscription { lobbyChanged { __typename } }",
        ],
    );
}

#[test]
fn fields_exist_on_their_type() {
    assert_rule(
        "has no field",
        &["{ node(id: 1) { __typename id ... on Post { text } } __type(name: \"A\") { name } }"],
        &[
            "{ nothing }",
            "{ node(id: 1) { text } }",
            "{ lobby { __schema { types { name } } } }",
            "{ posts { edges { node { ... on Post { title } } } } }",
            "subscription { inboxChanged { cursor } }",
            "{ __schema { name } }",
        ],
    );
}

#[test]
fn leaf_fields_have_no_selection_and_others_have_one() {
    assert_rule(
        "has no fields",
        &[],
        &["{ lobby { onlineCount { a } } }", "{ __typename { a } }", "{ viewer { role { a } } }"],
    );
    assert_rule("select fields of it", &[], &["{ lobby }", "{ node(id: 1) }", "{ __schema { types } }"]);
}

#[test]
fn arguments_exist_once_and_the_required_ones_are_given() {
    assert_rule(
        "has no argument",
        &["{ node(id: 1) { id } lobby { users { totalCount } } }"],
        &[
            "{ lobby(a: 1) { onlineCount } }",
            "{ __typename(a: 1) }",
            "{ lobby @skip(if: true, unless: 1) { onlineCount } }",
        ],
    );
    assert_rule(
        "is given twice",
        &[],
        &["{ node(id: 1, id: 1) { id } }", "{ lobby @skip(if: true, if: true) { onlineCount } }"],
    );
    assert_rule(
        "requires the argument",
        &[],
        &["{ node { id } }", "{ lobby @skip { onlineCount } }", "{ __type { name } }"],
    );
}

#[test]
fn members_of_objects_are_given_once() {
    assert_rule(
        "is given twice",
        &["mutation { updateProfile(input: { about: \"a\", year: 1 }) { user { id } } }"],
        &[
            "mutation { updateProfile(input: { about: \"one\", about: \"two\" }) { user { id } } }",
            "query($by: UserBy! = { id: 1, id: 1 }) { user(by: $by) { id } }",
        ],
    );
}

#[test]
fn values_have_the_type_of_their_place() {
    assert_rule(
        "Expected a",
        &[
            "{ posts(first: 1, authorId: 7) { totalCount } lobby { users(sort: NAME) { totalCount } } }",
            "{ posts(first: null) { totalCount } nodes(ids: \"a\") { id } again: nodes(ids: [1, \"a\"]) { id } }",
            "query($n: Int = 1, $ids: [ID!] = 3) { posts(first: $n) { totalCount } nodes(ids: $ids) { id } }",
        ],
        &[
            "{ posts(first: \"1\") { totalCount } }",
            "{ posts(first: 1.0) { totalCount } }",
            "{ posts(first: 2147483648) { totalCount } }",
            "{ posts(first: -2147483649) { totalCount } }",
            "{ posts(first: ONE) { totalCount } }",
            "{ posts(after: 1) { totalCount } }",
            "{ posts(authorId: 1.5) { totalCount } }",
            "{ posts(authorId: true) { totalCount } }",
            "{ lobby { users(sort: \"NAME\") { totalCount } } }",
            "{ lobby { users(sort: NOTHING) { totalCount } } }",
            "{ lobby { users(sort: null) { totalCount } } }",
            "{ node(id: null) { id } }",
            "{ nodes(ids: [null]) { id } }",
            "{ nodes(ids: [[1]]) { id } }",
            "{ user(by: \"ana\") { id } }",
            "{ lobby @skip(if: \"true\") { onlineCount } }",
            "{ lobby @skip(if: null) { onlineCount } }",
            "query($n: Int = \"1\") { posts(first: $n) { totalCount } }",
            "query($n: Int! = null) { posts(first: $n) { totalCount } }",
            "subscription { slotsChanged(appointmentId: 1, from: \"now\", to: \"2026-11-21T09:30:00Z\") { __typename } }",
        ],
    );
    assert_rule("has no member", &[], &["{ user(by: { name: \"ana\" }) { id } }"]);
    assert_rule("requires the member", &[], &["mutation { createPost(input: {}) { post { id } } }"]);
    assert_rule(
        "exactly one member",
        &["{ user(by: { username: \"ana\" }) { id } }"],
        &[
            "{ user(by: {}) { id } }",
            "{ user(by: { id: 1, username: \"ana\" }) { id } }",
            "{ user(by: { id: null }) { id } }",
        ],
    );
}

#[test]
fn directives_exist_where_they_stand_and_stand_once() {
    assert_rule(
        "no directive",
        &["{ lobby @skip(if: false) @include(if: true) { ... @skip(if: false) { onlineCount } } }"],
        &[
            "{ lobby @nothing { onlineCount } }",
            "{ lobby @deprecated { onlineCount } }",
            "{ lobby @access(rule: ANYONE) { onlineCount } }",
        ],
    );
    assert_rule(
        "stands at fields and fragments",
        &[],
        &[
            "query @skip(if: true) { lobby { onlineCount } }",
            "query($n: Int @include(if: true)) { posts(first: $n) { totalCount } }",
            "{ lobby { ...F } } fragment F on Lobby @skip(if: true) { onlineCount }",
        ],
    );
    assert_rule("stands here twice", &[], &["{ lobby @skip(if: true) @skip(if: true) { onlineCount } }"]);
}

#[test]
fn fragments_exist_once_and_are_used() {
    assert_rule(
        "no fragment",
        &["{ lobby { ...F ...F } } fragment F on Lobby { onlineCount }"],
        &["{ lobby { ...F } }", "{ lobby { ...F } } fragment F on Lobby { ...G onlineCount }"],
    );
    assert_rule(
        "another fragment",
        &[],
        &["{ lobby { ...F } } fragment F on Lobby { onlineCount } fragment F on Lobby { onlineCount }"],
    );
    assert_rule(
        "is not used",
        &[],
        &[
            "{ lobby { onlineCount } } fragment F on Lobby { onlineCount }",
            "{ lobby { onlineCount } } fragment F on Lobby { ...G } fragment G on Lobby { onlineCount }",
        ],
    );
    assert_rule(
        "cycle",
        &[],
        &[
            "{ ...F } fragment F on Query { ...F }",
            "{ ...F } fragment F on Query { viewer { ...G } } fragment G on Viewer { user { id } ...H } fragment H on Viewer { ...G }",
        ],
    );
}

#[test]
fn fragments_are_on_types_with_fields_that_exist_and_can_apply() {
    assert_rule(
        "has no type",
        &["{ node(id: 1) { ... on Node { id } ...F } } fragment F on Topic { id }"],
        &[
            "{ ... on Nothing { a } }",
            "{ ...F } fragment F on Nothing { a }",
            "query($n: Nothing) { posts(first: $n) { totalCount } }",
        ],
    );
    assert_rule(
        "cannot be on",
        &[],
        &[
            "{ ... on Role { a } }",
            "{ lobby { ...F } } fragment F on String { a }",
            "{ lobby { ... on UserBy { id } } }",
        ],
    );
    assert_rule(
        "never applies",
        &[
            "subscription { inboxChanged { ... on Event { cursor ... on LobbyEvent { ... on FeedReset { cursor } } } } }",
        ],
        &[
            "{ lobby { ... on User { id } } }",
            "{ node(id: 1) { ... on Lobby { onlineCount } } }",
            "{ lobby { ...F } } fragment F on User { id }",
            "{ node(id: 1) { ... on User { ... on Post { id } } } }",
            "subscription { inboxChanged { ... on LobbyJoined { cursor } } }",
        ],
    );
}

#[test]
fn variables_are_declared_once_with_input_types_and_used() {
    assert_rule(
        "declared twice",
        &["query($n: Int) { ...F } fragment F on Query { posts(first: $n) { totalCount } }"],
        &["query($n: Int, $n: Int) { posts(first: $n) { totalCount } }"],
    );
    assert_rule(
        "not an input type",
        &["mutation($file: Upload!) { uploadImage(input: { file: $file }) { image { id } } }"],
        &[
            "query($n: User) { posts(first: $n) { totalCount } }",
            "query($n: [Node!]!) { posts(first: $n) { totalCount } }",
        ],
    );
    assert_rule(
        "is not declared",
        &[],
        &[
            "{ posts(first: $n) { totalCount } }",
            "{ user(by: { id: $n }) { id } }",
            "{ lobby @skip(if: $n) { onlineCount } }",
            "query A { ...F } query B($n: Int) { ...F } fragment F on Query { posts(first: $n) { totalCount } }",
        ],
    );
    assert_rule(
        "declared and not used",
        &[],
        &[
            "query($n: Int) { lobby { onlineCount } }",
            "query A($n: Int) { lobby { onlineCount } } query B($n: Int) { posts(first: $n) { totalCount } }",
        ],
    );
}

#[test]
fn variables_fit_their_places() {
    assert_rule(
        "cannot stand where",
        &[
            "query($n: Int!) { posts(first: $n) { totalCount } }",
            "query($n: ID!) { nodes(ids: [$n]) { id } again: nodes(ids: [1, $n]) { id } }",
            "query($n: [ID!]!) { nodes(ids: $n) { id } }",
            "query($n: [ID!] = []) { nodes(ids: $n) { id } }",
            // One of them has a default.
            "query($s: LobbySort) { lobby { users(sort: $s) { totalCount } } }",
            "query($id: ID = 1) { node(id: $id) { id } }",
            "query($b: Boolean = true) { lobby @skip(if: $b) { onlineCount } }",
            "mutation($t: SessionTransport, $p: String!) { login(input: { identifier: \"a\", password: $p, transport: $t }) { session { accessToken } } }",
        ],
        &[
            "query($id: ID) { node(id: $id) { id } }",
            "query($id: ID = null) { node(id: $id) { id } }",
            "query($id: String!) { node(id: $id) { id } }",
            "query($n: String) { posts(first: $n) { totalCount } }",
            "query($n: [Int]) { posts(first: $n) { totalCount } }",
            "query($n: ID!) { nodes(ids: $n) { id } }",
            "query($n: [ID]!) { nodes(ids: $n) { id } }",
            "query($n: ID) { nodes(ids: [$n]) { id } }",
            "query($n: [ID!]!) { nodes(ids: [$n]) { id } }",
            "query($n: Int!) { viewer { role unreadCount @skip(if: $n) } }",
            "query($b: Boolean) { lobby @skip(if: $b) { onlineCount } }",
            "query($t: String) { usernameAvailable(username: $t) }",
            "mutation($p: String) { updateSettings(input: { messagePolicy: $p }) { userErrors { code } } }",
            "query($n: String) { ...F } fragment F on Query { posts(first: $n) { totalCount } }",
            "query($id: Int!) { user(by: { id: $id }) { id } }",
        ],
    );
    assert_rule(
        "must not be nullable",
        &["query($id: ID!) { user(by: { id: $id }) { id } }"],
        &["query($id: ID) { user(by: { id: $id }) { id } }", "query($id: ID = 1) { user(by: { id: $id }) { id } }"],
    );
}

#[test]
fn fields_of_one_key_are_the_same_field() {
    assert_rule(
        "two fields or arguments",
        &[
            "{ viewer { role } viewer { role unreadCount } }",
            "{ a: posts(first: 1, after: \"x\") { totalCount } a: posts(after: \"x\", first: 1) { totalCount } }",
            "{ a: user(by: { id: 1 }) { id } a: user(by: { id: 1 }) { username } }",
            "{ node(id: 1) { ... on Topic { what: title } ... on Post { what: text } } }",
            "query($n: Int) { a: posts(first: $n) { totalCount } a: posts(first: $n) { totalCount } }",
        ],
        &[
            "{ viewer { a: isGuest a: hasCalendarFeed } }",
            "{ a: posts(first: 1) { totalCount } a: posts(first: 2) { totalCount } }",
            "{ a: posts(first: 1) { totalCount } a: posts { totalCount } }",
            "query($n: Int, $m: Int) { a: posts(first: $n) { totalCount } a: posts(first: $m) { totalCount } }",
            "{ viewer { user { a: username } } viewer { ...F } } fragment F on Viewer { user { a: displayName } }",
            "{ viewer { user { a: username } } ... { viewer { user { a: displayName } } } }",
            "{ node(id: 1) { ... on User { a: username } ... on Node { ... on User { a: displayName } } } }",
            "{ lobby { a: __typename } lobby { a: eventsCursor } }",
        ],
    );
}

#[test]
fn values_of_one_key_have_the_same_shape() {
    let node = |topic: &str, conversation: &str| {
        format!("{{ node(id: 1) {{ ... on Topic {{ {topic} }} ... on Conversation {{ {conversation} }} }} }}")
    };
    assert_rule("", &[&node("a: creator { b: id }", "a: lastMessage { b: id }"), &node("a: id", "a: id")], &[]);
    for text in [
        node("a: title", "a: unreadCount"),
        node("a: title", "a: members { id }"),
        node("a: creator { id }", "a: members { id }"),
        node("a: description", "a: eventsCursor"),
        node("a: creator { b: id }", "a: lastMessage { b: sentAt }"),
        node("...A", "...B") + " fragment A on Topic { what: title } fragment B on Conversation { what: unreadCount }",
    ] {
        let message = verdict(&text).expect_err(&text);
        assert!(message.contains("would have values of the types"), "{text}: {message}");
    }
}

/// Comparing each pair of fields, and again below each, would take hours.
#[test]
fn many_fields_of_one_key_are_compared_in_one_pass() {
    let mut text = "viewer { user { id } }".to_owned();
    for _ in 0..6 {
        text =
            text.replace("id", "posts { edges { node { author { id } } } } posts { edges { node { author { id } } } }");
        if text.len() > 8_000 {
            break;
        }
    }
    let started = std::time::Instant::now();
    let limits = Limits { max_depth: 100, max_brackets: 1_000, max_cost: u64::MAX, ..limits() };
    let types = Types::of(schema::builder(), PRICES);
    let _ = read(&format!("{{ {text} }}"), &types, &limits);
    assert!(started.elapsed().as_secs() < 2, "{:?}", started.elapsed());
}
