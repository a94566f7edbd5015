//! Validation, one test for each rule of the specification, with documents for the schema itself.

use std::sync::LazyLock;

use expect_test::{Expect, expect};
use studyhall::config::Limits;
use studyhall::graphql::document::{Types, read};
use studyhall::schema;
use studyhall::schema::prices::PRICES;

use super::documents::limits;
use crate::support::transcript;

fn verdict(text: &str) -> Result<(), String> {
    static TYPES: LazyLock<Types> = LazyLock::new(|| Types::of(schema::builder(), PRICES));
    match read(text, &TYPES, &limits()) {
        Ok(_) => Ok(()),
        Err(error) if error.code() == "GRAPHQL_VALIDATION_FAILED" => Err(error.errors()[0].message.clone()),
        Err(error) => panic!("{text}: {error:?}"),
    }
}

/// Compares what validation says of documents with the messages below them. A valid document has none.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "the expectation stands where it is used")]
fn check(documents: Expect) {
    transcript::compare(&documents, |document| verdict(document).err().unwrap_or_default());
}

#[test]
fn operations_have_names_of_their_own_or_stand_alone() {
    check(expect![[r#"
        { lobby { onlineCount } }
        query A { lobby { onlineCount } } mutation B { logout { isLoggedOut } }
        query A { lobby { onlineCount } } query A { lobby { onlineCount } }
            → The document has another operation with the name "A".
        query A { lobby { onlineCount } } mutation A { logout { isLoggedOut } }
            → The document has another operation with the name "A".
        query A { lobby { onlineCount } } { lobby { onlineCount } }
            → An operation without a name must be the only operation of its document.
        { lobby { onlineCount } } { lobby { onlineCount } }
            → An operation without a name must be the only operation of its document.
    "#]]);
}

#[test]
fn a_subscription_has_one_root_field() {
    check(expect![[r#"
        subscription { inboxChanged { __typename } }
        subscription { inboxChanged { __typename } ...F } fragment F on Subscription { inboxChanged { ... on Event { cursor } } }
        subscription { __typename }
            → The root field of a subscription must not be an introspection field.
        subscription { a: __typename }
            → The root field of a subscription must not be an introspection field.
        subscription { inboxChanged @skip(if: false) { __typename } }
            → The root field of a subscription must not have @skip or @include.
        subscription { ... @include(if: true) { inboxChanged { __typename } } }
            → The root field of a subscription must not have @skip or @include.
        subscription { inboxChanged { __typename } lobbyChanged { __typename } }
            → A subscription must have exactly one root field.
        subscription { inboxChanged { __typename } b: inboxChanged { __typename } }
            → A subscription must have exactly one root field.
        subscription { inboxChanged { __typename } ...F } fragment F on Subscription { lobbyChanged { __typename } }
            → A subscription must have exactly one root field.
    "#]]);
}

#[test]
fn fields_exist_on_their_type() {
    check(expect![[r#"
        { node(id: 1) { __typename id ... on Post { text } } __type(name: "A") { name } }
        { nothing }
            → The type "Query" has no field "nothing".
        { node(id: 1) { text } }
            → The type "Node" has no field "text".
        { lobby { __schema { types { name } } } }
            → The type "Lobby" has no field "__schema".
        { posts { edges { node { ... on Post { title } } } } }
            → The type "Post" has no field "title".
        subscription { inboxChanged { cursor } }
            → The type "InboxEvent" has no field "cursor".
        { __schema { name } }
            → The type "__Schema" has no field "name".
    "#]]);
}

#[test]
fn leaf_fields_have_no_selection_and_others_have_one() {
    check(expect![[r#"
        { lobby { onlineCount { a } } }
            → The field "onlineCount" has the type "Int!", which has no fields.
        { __typename { a } }
            → "__typename" is a text and has no fields.
        { viewer { role { a } } }
            → The field "role" has the type "Role!", which has no fields.
        { lobby }
            → The field "lobby" has the type "Lobby": select fields of it.
        { node(id: 1) }
            → The field "node" has the type "Node": select fields of it.
        { __schema { types } }
            → The field "types" has the type "[__Type!]!": select fields of it.
    "#]]);
}

#[test]
fn arguments_exist_once_and_the_required_ones_are_given() {
    check(expect![[r#"
        { node(id: 1) { id } lobby { users { totalCount } } }
        { lobby(a: 1) { onlineCount } }
            → The field "lobby" has no argument "a".
        { __typename(a: 1) }
            → The field "__typename" has no argument "a".
        { lobby @skip(if: true, unless: 1) { onlineCount } }
            → The directive "@skip" has no argument "unless".
        { node(id: 1, id: 1) { id } }
            → The argument "id" is given twice.
        { lobby @skip(if: true, if: true) { onlineCount } }
            → The argument "if" is given twice.
        { node { id } }
            → The field "node" requires the argument "id" of type "ID!".
        { lobby @skip { onlineCount } }
            → "@skip" requires the argument "if" of type "Boolean!".
        { __type { name } }
            → The field "__type" requires the argument "name" of type "String!".
    "#]]);
}

#[test]
fn members_of_objects_are_given_once() {
    check(expect![[r#"
        mutation { updateProfile(input: { about: "a", year: 1 }) { user { id } } }
        mutation { updateProfile(input: { about: "one", about: "two" }) { user { id } } }
            → The member "about" is given twice.
        query($by: UserBy! = { id: 1, id: 1 }) { user(by: $by) { id } }
            → The member "id" is given twice.
    "#]]);
}

#[test]
fn values_have_the_type_of_their_place() {
    check(expect![[r#"
        { posts(first: 1, authorId: 7) { totalCount } lobby { users(sort: NAME) { totalCount } } }
        { posts(first: null) { totalCount } nodes(ids: "a") { id } again: nodes(ids: [1, "a"]) { id } }
        query($n: Int = 1, $ids: [ID!] = 3) { posts(first: $n) { totalCount } nodes(ids: $ids) { id } }
        { user(by: { username: "ana" }) { id } }
        { posts(first: "1") { totalCount } }
            → The argument "first": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
        { posts(first: 1.0) { totalCount } }
            → The argument "first": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
        { posts(first: 2147483648) { totalCount } }
            → The argument "first": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
        { posts(first: -2147483649) { totalCount } }
            → The argument "first": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
        { posts(first: ONE) { totalCount } }
            → The argument "first": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
        { posts(after: 1) { totalCount } }
            → The argument "after": Expected a value of type "String": a text in quotation marks.
        { posts(authorId: 1.5) { totalCount } }
            → The argument "authorId": Expected a value of type "ID": a text in quotation marks or a whole number.
        { posts(authorId: true) { totalCount } }
            → The argument "authorId": Expected a value of type "ID": a text in quotation marks or a whole number.
        { lobby { users(sort: "NAME") { totalCount } } }
            → The argument "sort": Expected a value of the enum "LobbySort": NAME, JOINED_AT.
        { lobby { users(sort: NOTHING) { totalCount } } }
            → The argument "sort": Expected a value of the enum "LobbySort": NAME, JOINED_AT.
        { lobby { users(sort: null) { totalCount } } }
            → The argument "sort": Expected a value of the enum "LobbySort": NAME, JOINED_AT, not null.
        { node(id: null) { id } }
            → The argument "id": Expected a value of type "ID": a text in quotation marks or a whole number, not null.
        { nodes(ids: [null]) { id } }
            → The argument "ids": At "0": Expected a value of type "ID": a text in quotation marks or a whole number, not null.
        { nodes(ids: [[1]]) { id } }
            → The argument "ids": At "0": Expected a value of type "ID": a text in quotation marks or a whole number.
        { user(by: "ana") { id } }
            → The argument "by": Expected an object of type "UserBy".
        { lobby @skip(if: "true") { onlineCount } }
            → The argument "if": Expected a value of type "Boolean": true or false.
        { lobby @skip(if: null) { onlineCount } }
            → The argument "if": Expected a value of type "Boolean": true or false, not null.
        query($n: Int = "1") { posts(first: $n) { totalCount } }
            → The default of "$n": Expected a value of type "Int": a whole number from -2147483648 to 2147483647.
        query($n: Int! = null) { posts(first: $n) { totalCount } }
            → The default of "$n": Expected a value of type "Int": a whole number from -2147483648 to 2147483647, not null.
        subscription { slotsChanged(appointmentId: 1, from: "now", to: "2026-11-21T09:30:00Z") { __typename } }
            → The argument "from": Expected a value of type "DateTime": An instant in RFC 3339 format with seconds and an offset, `Z` or at most 23:59, like `2026-11-21T09:30:00Z` or `2026-11-21T10:30:00.000+01:00`. Responses always use `Z` and milliseconds.
        { user(by: { name: "ana" }) { id } }
            → The argument "by": "UserBy" has no member "name".
        mutation { createPost(input: {}) { post { id } } }
            → The argument "input": "CreatePostInput" requires the member "text".
        { user(by: {}) { id } }
            → The argument "by": "UserBy" takes exactly one member, which is not null.
        { user(by: { id: 1, username: "ana" }) { id } }
            → The argument "by": "UserBy" takes exactly one member, which is not null.
        { user(by: { id: null }) { id } }
            → The argument "by": "UserBy" takes exactly one member, which is not null.
    "#]]);
}

#[test]
fn directives_exist_where_they_stand_and_stand_once() {
    check(expect![[r#"
        { lobby @skip(if: false) @include(if: true) { ... @skip(if: false) { onlineCount } } }
        { lobby @nothing { onlineCount } }
            → Documents have no directive "@nothing".
        { lobby @deprecated { onlineCount } }
            → Documents have no directive "@deprecated".
        { lobby @access(rule: ANYONE) { onlineCount } }
            → Documents have no directive "@access".
        query @skip(if: true) { lobby { onlineCount } }
            → "@skip" stands at fields and fragments, not at a query.
        query($n: Int @include(if: true)) { posts(first: $n) { totalCount } }
            → "@include" stands at fields and fragments, not at a variable.
        { lobby { ...F } } fragment F on Lobby @skip(if: true) { onlineCount }
            → "@skip" stands at fields and fragments, not at a definition of a fragment.
        { lobby @skip(if: true) @skip(if: true) { onlineCount } }
            → The directive "@skip" stands here twice.
    "#]]);
}

#[test]
fn fragments_exist_once_and_are_used() {
    check(expect![[r#"
        { lobby { ...F ...F } } fragment F on Lobby { onlineCount }
        { lobby { ...F } }
            → The document has no fragment "F".
        { lobby { ...F } } fragment F on Lobby { ...G onlineCount }
            → The document has no fragment "G".
        { lobby { ...F } } fragment F on Lobby { onlineCount } fragment F on Lobby { onlineCount }
            → The document has another fragment with the name "F".
        { lobby { onlineCount } } fragment F on Lobby { onlineCount }
            → The fragment "F" is not used.
        { lobby { onlineCount } } fragment F on Lobby { ...G } fragment G on Lobby { onlineCount }
            → The fragment "F" is not used.
        { ...F } fragment F on Query { ...F }
            → Fragments must not form a cycle.
        { ...F } fragment F on Query { viewer { ...G } } fragment G on Viewer { user { id } ...H } fragment H on Viewer { ...G }
            → Fragments must not form a cycle.
    "#]]);
}

#[test]
fn fragments_are_on_types_with_fields_that_exist_and_can_apply() {
    check(expect![[r#"
        { node(id: 1) { ... on Node { id } ...F } } fragment F on Topic { id }
        subscription { inboxChanged { ... on Event { cursor ... on LobbyEvent { ... on FeedReset { cursor } } } } }
        { ... on Nothing { a } }
            → The schema has no type "Nothing".
        { ...F } fragment F on Nothing { a }
            → The schema has no type "Nothing".
        query($n: Nothing) { posts(first: $n) { totalCount } }
            → The schema has no type "Nothing".
        { ... on Role { a } }
            → A fragment cannot be on "Role", which is not an object, interface or union.
        { lobby { ...F } } fragment F on String { a }
            → A fragment cannot be on "String", which is not an object, interface or union.
        { lobby { ... on UserBy { id } } }
            → A fragment cannot be on "UserBy", which is not an object, interface or union.
        { lobby { ... on User { id } } }
            → A fragment on "User" never applies to "Lobby".
        { node(id: 1) { ... on Slot { startsAt } } }
            → A fragment on "Slot" never applies to "Node".
        { lobby { ...F } } fragment F on User { id }
            → A fragment on "User" never applies to "Lobby".
        { node(id: 1) { ... on User { ... on Post { id } } } }
            → A fragment on "Post" never applies to "User".
        subscription { inboxChanged { ... on LobbyJoined { cursor } } }
            → A fragment on "LobbyJoined" never applies to "InboxEvent".
    "#]]);
}

#[test]
fn variables_are_declared_once_with_input_types_and_used() {
    check(expect![[r#"
        query($n: Int) { ...F } fragment F on Query { posts(first: $n) { totalCount } }
        mutation($file: Upload!) { uploadImage(input: { file: $file }) { image { id } } }
        query($n: Int, $n: Int) { posts(first: $n) { totalCount } }
            → The variable "$n" is declared twice.
        query($n: User) { posts(first: $n) { totalCount } }
            → The variable "$n" cannot have the type "User", which is not an input type.
        query($n: [Node!]!) { posts(first: $n) { totalCount } }
            → The variable "$n" cannot have the type "[Node!]!", which is not an input type.
        { posts(first: $n) { totalCount } }
            → The variable "$n" is not declared.
        { user(by: { id: $n }) { id } }
            → The variable "$n" is not declared.
        { lobby @skip(if: $n) { onlineCount } }
            → The variable "$n" is not declared.
        query A { ...F } query B($n: Int) { ...F } fragment F on Query { posts(first: $n) { totalCount } }
            → The variable "$n" is not declared by the operation "A".
        query($n: Int) { lobby { onlineCount } }
            → The variable "$n" is declared and not used.
        query A($n: Int) { lobby { onlineCount } } query B($n: Int) { posts(first: $n) { totalCount } }
            → The variable "$n" is declared and not used.
    "#]]);
}

#[test]
fn variables_fit_their_places() {
    check(expect![[r#"
        query($n: Int!) { posts(first: $n) { totalCount } }
        query($n: ID!) { nodes(ids: [$n]) { id } again: nodes(ids: [1, $n]) { id } }
        query($n: [ID!]!) { nodes(ids: $n) { id } }
        query($n: [ID!] = []) { nodes(ids: $n) { id } }
        query($s: LobbySort) { lobby { users(sort: $s) { totalCount } } }
        query($id: ID = 1) { node(id: $id) { id } }
        query($b: Boolean = true) { lobby @skip(if: $b) { onlineCount } }
        mutation($t: SessionTransport, $p: String!) { login(input: { identifier: "a", password: $p, transport: $t }) { session { accessToken } } }
        query($id: ID!) { user(by: { id: $id }) { id } }
        query($id: ID) { node(id: $id) { id } }
            → The variable "$id" of type "ID" cannot stand where "ID!" is expected.
        query($id: ID = null) { node(id: $id) { id } }
            → The variable "$id" of type "ID" cannot stand where "ID!" is expected.
        query($id: String!) { node(id: $id) { id } }
            → The variable "$id" of type "String!" cannot stand where "ID!" is expected.
        query($n: String) { posts(first: $n) { totalCount } }
            → The variable "$n" of type "String" cannot stand where "Int" is expected.
        query($n: [Int]) { posts(first: $n) { totalCount } }
            → The variable "$n" of type "[Int]" cannot stand where "Int" is expected.
        query($n: ID!) { nodes(ids: $n) { id } }
            → The variable "$n" of type "ID!" cannot stand where "[ID!]!" is expected.
        query($n: [ID]!) { nodes(ids: $n) { id } }
            → The variable "$n" of type "[ID]!" cannot stand where "[ID!]!" is expected.
        query($n: ID) { nodes(ids: [$n]) { id } }
            → The variable "$n" of type "ID" cannot stand where "ID!" is expected.
        query($n: [ID!]!) { nodes(ids: [$n]) { id } }
            → The variable "$n" of type "[ID!]!" cannot stand where "ID!" is expected.
        query($n: Int!) { viewer { role unreadCount @skip(if: $n) } }
            → The variable "$n" of type "Int!" cannot stand where "Boolean!" is expected.
        query($b: Boolean) { lobby @skip(if: $b) { onlineCount } }
            → The variable "$b" of type "Boolean" cannot stand where "Boolean!" is expected.
        query($t: String) { usernameAvailable(username: $t) }
            → The variable "$t" of type "String" cannot stand where "String!" is expected.
        mutation($p: String) { updateSettings(input: { messagePolicy: $p }) { userErrors { code } } }
            → The variable "$p" of type "String" cannot stand where "MessagePolicy" is expected.
        query($n: String) { ...F } fragment F on Query { posts(first: $n) { totalCount } }
            → The variable "$n" of type "String" cannot stand where "Int" is expected.
        query($id: Int!) { user(by: { id: $id }) { id } }
            → The variable "$id" of type "Int!" cannot stand where "ID" is expected.
        query($id: ID) { user(by: { id: $id }) { id } }
            → The variable "$id" must not be nullable, for a member that must not be null.
        query($id: ID = 1) { user(by: { id: $id }) { id } }
            → The variable "$id" must not be nullable, for a member that must not be null.
    "#]]);
}

#[test]
fn fields_of_one_key_are_the_same_field() {
    check(expect![[r#"
        { viewer { role } viewer { role unreadCount } }
        { a: posts(first: 1, after: "x") { totalCount } a: posts(after: "x", first: 1) { totalCount } }
        { a: user(by: { id: 1 }) { id } a: user(by: { id: 1 }) { username } }
        { node(id: 1) { ... on Topic { what: title } ... on Post { what: text } } }
        query($n: Int) { a: posts(first: $n) { totalCount } a: posts(first: $n) { totalCount } }
        { viewer { a: isGuest a: hasCalendarFeed } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        { a: posts(first: 1) { totalCount } a: posts(first: 2) { totalCount } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        { a: posts(first: 1) { totalCount } a: posts { totalCount } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        query($n: Int, $m: Int) { a: posts(first: $n) { totalCount } a: posts(first: $m) { totalCount } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        { viewer { user { a: username } } viewer { ...F } } fragment F on Viewer { user { a: displayName } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        { viewer { user { a: username } } ... { viewer { user { a: displayName } } } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        { node(id: 1) { ... on User { a: username } ... on Node { ... on User { a: displayName } } } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
        { lobby { a: __typename } lobby { a: eventsCursor } }
            → The key "a" would have the values of two fields or arguments. Give one of them another alias.
    "#]]);
}

#[test]
fn values_of_one_key_have_the_same_shape() {
    check(expect![[r#"
        { node(id: 1) { ... on Topic { a: creator { b: id } } ... on Conversation { a: lastMessage { b: id } } } }
        { node(id: 1) { ... on Topic { a: id } ... on Conversation { a: id } } }
        { node(id: 1) { ... on Topic { a: title } ... on Conversation { a: unreadCount } } }
            → The key "a" would have values of the types "String!" and "Int!". Give one field another alias.
        { node(id: 1) { ... on Topic { a: title } ... on Conversation { a: members { id } } } }
            → The key "a" would have values of the types "String!" and "[User!]!". Give one field another alias.
        { node(id: 1) { ... on Topic { a: creator { id } } ... on Conversation { a: members { id } } } }
            → The key "a" would have values of the types "User" and "[User!]!". Give one field another alias.
        { node(id: 1) { ... on Topic { a: description } ... on Conversation { a: eventsCursor } } }
            → The key "a" would have values of the types "String" and "String!". Give one field another alias.
        { node(id: 1) { ... on Topic { a: creator { b: id } } ... on Conversation { a: lastMessage { b: sentAt } } } }
            → The key "b" would have values of the types "ID!" and "DateTime!". Give one field another alias.
        { node(id: 1) { ... on Topic { ...A } ... on Conversation { ...B } } } fragment A on Topic { what: title } fragment B on Conversation { what: unreadCount }
            → The key "what" would have values of the types "String!" and "Int!". Give one field another alias.
    "#]]);
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
