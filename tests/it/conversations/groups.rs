//! Groups with a title and an owner: creating and changing them, and who may do it.

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use studyhall::accounts::staff::lock_account;
use studyhall::db::Query;

use super::usernames;
use crate::support::people::Response;
use crate::support::pictures::png;
use crate::support::{Campus, Engine, Person, Socket};

const CREATE: &str = "mutation Create($input: CreateGroupInput!) {
    createGroup(input: $input) {
        conversation {
            id title isGroup isHistoryShared viewerCanManage owner { username } members { username } image { id }
            unreadCount lastMessage { id } viewerCanSend
        }
        userErrors { code message path }
    }
}";

const UPDATE: &str = "mutation Update($input: UpdateGroupInput!) {
    updateGroup(input: $input) { conversation { title isHistoryShared image { id } } userErrors { code message path } }
}";

const ADD: &str = "mutation Add($id: ID!, $users: [ID!]!) {
    addGroupMembers(input: { conversationId: $id, userIds: $users }) {
        conversation { members { username } } userErrors { code message path }
    }
}";

const REMOVE: &str = "mutation Remove($id: ID!, $user: ID!) {
    removeGroupMember(input: { conversationId: $id, userId: $user }) {
        conversation { members { username } } userErrors { code message path }
    }
}";

const TRANSFER: &str = "mutation Transfer($id: ID!, $user: ID!) {
    transferGroup(input: { conversationId: $id, userId: $user }) {
        conversation { viewerCanManage owner { username } } userErrors { code message path }
    }
}";

/// The changes of a group, in both streams.
pub const CHANGES: &str = "... on GroupChanged {
    groupChange actor { username } user { username } userId conversationId conversation { title owner { username } }
}";

impl Person {
    pub async fn try_create_group(&self, input: Value) -> Response {
        self.execute(CREATE, json!({ "input": input })).await
    }

    /// Creates a group, and returns its id.
    pub async fn create_group(&self, title: &str, others: &[&Self], is_history_shared: bool) -> Value {
        let mut users = Vec::new();
        for other in others {
            users.push(other.user_id().await);
        }
        let input = json!({ "title": title, "userIds": users, "isHistoryShared": is_history_shared });
        let payload = self.try_create_group(input).await.field("createGroup");
        assert_eq!(payload["userErrors"], json!([]));
        payload["conversation"]["id"].clone()
    }

    pub async fn update_group(&self, input: Value) -> Response {
        self.execute(UPDATE, json!({ "input": input })).await
    }

    pub async fn add_members(&self, group: &Value, others: &[&Self]) -> Response {
        let mut users = Vec::new();
        for other in others {
            users.push(other.user_id().await);
        }
        self.execute(ADD, json!({ "id": group, "users": users })).await
    }

    pub async fn remove_member(&self, group: &Value, other: &Self) -> Response {
        self.execute(REMOVE, json!({ "id": group, "user": other.user_id().await })).await
    }

    pub async fn transfer_group(&self, group: &Value, other: &Self) -> Response {
        self.execute(TRANSFER, json!({ "id": group, "user": other.user_id().await })).await
    }

    /// The members of a group and its owner, as this user sees them.
    async fn group_members(&self, group: &Value) -> (Vec<String>, Value) {
        let query = "query($id: ID!) { conversation(by: { id: $id }) { owner { username } members { username } } }";
        let seen = self.execute(query, json!({ "id": group })).await.field("conversation");
        let members = usernames(&seen["members"]).into_iter().map(str::to_owned).collect();
        (members, seen["owner"]["username"].clone())
    }
}

/// Returns the change, its actor and the member of the next event about a group.
pub async fn next_change(stream: &mut Socket, root: &str) -> (String, Value, Value) {
    loop {
        let event = stream.next().await[root].clone();
        if let Some(change) = event["groupChange"].as_str() {
            return (change.to_owned(), event["actor"]["username"].clone(), event["user"]["username"].clone());
        }
    }
}

#[rstest]
#[tokio::test]
async fn a_group_is_visible_to_its_members_at_once_and_never_found_by_them(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let users = [grace.user_id().await, mary.user_id().await, ada.user_id().await];
    let mut inbox = grace.follow_inbox(CHANGES).await;
    let input = json!({ "title": "  Knots ", "userIds": users });
    let created = ada.try_create_group(input.clone()).await.field("createGroup");
    let group = created["conversation"].clone();
    let ada_user = json!({ "username": "ada" });
    let members = json!([ada_user, { "username": "grace" }, { "username": "mary" }]);
    let expected = json!({
        "id": group["id"], "title": "Knots", "isGroup": true, "isHistoryShared": false, "viewerCanManage": true,
        "owner": ada_user, "members": members, "image": null, "unreadCount": 0, "lastMessage": null,
        "viewerCanSend": true,
    });
    assert_eq!(created, json!({ "conversation": expected, "userErrors": [] }));
    let seen = grace.query("{ conversations { nodes { id title viewerCanManage } } }").await["conversations"].clone();
    assert_eq!(seen["nodes"], json!([{ "id": group["id"], "title": "Knots", "viewerCanManage": false }]));
    for name in ["grace", "mary"] {
        assert_eq!(next_change(&mut inbox, "inboxChanged").await, ("MEMBER_ADDED".into(), json!("ada"), json!(name)));
    }
    // Another one with the same title and members, and the conversation of these users, are others.
    let again = ada.try_create_group(input).await.field("createGroup")["conversation"]["id"].clone();
    let started = grace.start_conversation(&[&ada, &mary]).await;
    assert!(again != group["id"] && started != group["id"] && started != again);
    assert_eq!(mary.start_conversation(&[&ada, &grace]).await, started);
    let eve = campus.member("eve").await;
    let four = ada.create_group("Four", &[&grace, &mary, &eve], false).await;
    eve.leave_conversation(&four).await.data();
    assert_eq!(mary.start_conversation(&[&ada, &grace]).await, started, "also not by those who remain");
    let fields =
        "query($id: ID!) { conversation(by: { id: $id }) { title isGroup owner { username } viewerCanManage } }";
    let plain = grace.execute(fields, json!({ "id": started })).await.field("conversation");
    assert_eq!(plain, json!({ "title": null, "isGroup": true, "owner": null, "viewerCanManage": false }));
}

#[rstest]
#[tokio::test]
async fn a_group_that_cannot_be_created_names_every_fault(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let (grace, shy, eve) = (campus.member("grace").await, campus.member("shy").await, campus.member("eve").await);
    shy.set_policy("NOBODY").await;
    eve.block(&ada).await;
    let [own, grace_id, shy_id, eve_id] =
        [ada.user_id().await, grace.user_id().await, shy.user_id().await, eve.user_id().await];
    let many: Vec<String> = (10..60).map(|n| format!("usr_00000000000{n}")).collect();
    for (input, expected) in [
        (
            json!({ "title": " ", "userIds": [own], "clientKey": "" }),
            vec!["TOO_SHORT input.title", "TOO_SHORT input.clientKey", "TOO_SHORT input.userIds"],
        ),
        (json!({ "title": "x".repeat(101), "userIds": [] }), vec!["TOO_LONG input.title", "TOO_SHORT input.userIds"]),
        (json!({ "title": "a\nb", "userIds": ["rubbish"] }), vec!["INVALID input.title", "NOT_FOUND input.userIds.0"]),
        (json!({ "title": "x", "userIds": many }), vec!["TOO_LONG input.userIds"]),
        (
            json!({ "title": "x", "userIds": [grace_id, shy_id, eve_id], "imageId": "rubbish" }),
            vec![
                "RECIPIENT_UNAVAILABLE input.userIds.1",
                "RECIPIENT_UNAVAILABLE input.userIds.2",
                "NOT_FOUND input.imageId",
            ],
        ),
        (json!({ "title": "x", "userIds": [grace_id, "usr_0000000000009"] }), vec!["NOT_FOUND input.userIds.1"]),
    ] {
        assert_eq!(ada.try_create_group(input).await.refusals("createGroup"), expected);
    }
    assert!(ada.conversations().await.is_empty() && grace.conversations().await.is_empty());
}

#[rstest]
#[tokio::test]
async fn a_client_key_returns_the_same_group(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let (grace_id, mary_id) = (grace.user_id().await, mary.user_id().await);
    let input = json!({ "title": "Knots", "userIds": [grace_id, mary_id], "clientKey": "k" });
    let created = join_all((0..4).map(|_| ada.try_create_group(input.clone()))).await;
    let ids: Vec<Value> =
        created.iter().map(|created| created.field("createGroup")["conversation"]["id"].clone()).collect();
    assert!(ids[0].is_string() && ids.iter().all(|id| *id == ids[0]));
    assert_eq!(ada.conversations().await.len(), 1);
    for (member, value) in [("title", json!("Ropes")), ("isHistoryShared", json!(true)), ("userIds", json!([grace_id]))]
    {
        let mut other = input.clone();
        other[member] = value;
        let refused = ada.try_create_group(other).await.refusals("createGroup");
        assert_eq!(refused, ["IDEMPOTENCY_MISMATCH input.clientKey"], "{member}");
    }
    // The order of the users is no content, and the key belongs to the creator.
    let mut turned = input.clone();
    turned["userIds"] = json!([mary_id, grace_id]);
    assert_eq!(ada.try_create_group(turned).await.field("createGroup")["conversation"]["id"], ids[0]);
    ada.leave_conversation(&ids[0]).await.data();
    assert_eq!(ada.try_create_group(input).await.refusals("createGroup"), ["NOT_FOUND input.clientKey"]);
}

#[rstest]
#[tokio::test]
async fn only_the_owner_changes_a_group(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace, mary) = (campus.member("ada").await, campus.member("grace").await, campus.member("mary").await);
    let eve = campus.member("eve").await;
    let group = ada.create_group("Knots", &[&grace], false).await;
    let plain = ada.start_conversation(&[&grace, &mary]).await;
    let pair = ada.start_conversation(&[&grace]).await;
    for (person, conversation, code) in [
        (&grace, &group, "FORBIDDEN"),
        (&eve, &group, "NOT_FOUND"),
        (&ada, &plain, "WRONG_STATE"),
        (&ada, &pair, "WRONG_STATE"),
        (&ada, &json!("rubbish"), "NOT_FOUND"),
        (&ada, &json!("cnv_0000000000003"), "NOT_FOUND"),
    ] {
        let expected = [format!("{code} input.conversationId")];
        let update = person.update_group(json!({ "conversationId": conversation, "title": "x" })).await;
        assert_eq!(update.refusals("updateGroup"), expected);
        assert_eq!(person.add_members(conversation, &[&mary]).await.refusals("addGroupMembers"), expected);
        assert_eq!(person.remove_member(conversation, &grace).await.refusals("removeGroupMember"), expected);
        assert_eq!(person.transfer_group(conversation, &grace).await.refusals("transferGroup"), expected);
    }
    let both = ada.update_group(json!({ "conversationId": "rubbish", "title": "" })).await;
    assert_eq!(both.refusals("updateGroup"), ["TOO_SHORT input.title", "NOT_FOUND input.conversationId"]);
    assert_eq!(ada.remove_member(&group, &ada).await.refusals("removeGroupMember"), ["INVALID input.userId"]);
    assert_eq!(ada.remove_member(&group, &eve).await.refusals("removeGroupMember"), ["NOT_FOUND input.userId"]);
    assert_eq!(ada.transfer_group(&group, &eve).await.refusals("transferGroup"), ["NOT_FOUND input.userId"]);
    // A member hidden by a block is not found either.
    grace.block(&ada).await;
    assert_eq!(ada.remove_member(&group, &grace).await.refusals("removeGroupMember"), ["NOT_FOUND input.userId"]);
    assert_eq!(grace.group_members(&group).await, (vec!["grace".to_owned()], Value::Null));
}

#[rstest]
#[tokio::test]
async fn what_changes_is_announced_and_what_stays_is_not(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let group = ada.create_group("Knots", &[&grace], false).await;
    let image = ada.upload_image(&png(8, 8)).await["id"].clone();
    let mut stream = grace.follow(&group, CHANGES).await;
    let update = async |changes: Value| {
        let mut input = changes;
        input["conversationId"] = group.clone();
        let payload = ada.update_group(input).await.field("updateGroup");
        assert_eq!(payload["userErrors"], json!([]));
        payload["conversation"].clone()
    };
    let state = |title: &str, is_shared: bool, image: Value| json!({ "title": title, "isHistoryShared": is_shared, "image": image });
    let with_image = json!({ "id": image });
    assert_eq!(update(json!({})).await, state("Knots", false, Value::Null));
    assert_eq!(
        update(json!({ "title": null, "isHistoryShared": null, "imageId": null })).await,
        state("Knots", false, Value::Null)
    );
    assert_eq!(update(json!({ "title": "Ropes" })).await, state("Ropes", false, Value::Null));
    assert_eq!(update(json!({ "title": "Ropes", "imageId": image })).await, state("Ropes", false, with_image.clone()));
    assert_eq!(update(json!({ "isHistoryShared": true, "imageId": image })).await, state("Ropes", true, with_image));
    let url = "query($id: ID!) { conversation(by: { id: $id }) { image { url } } }";
    let url = grace.execute(url, json!({ "id": group })).await.field("conversation")["image"]["url"].clone();
    let open = async || grace.client.get(url.as_str().expect("a URL")).send().await.expect("a response").status();
    assert_eq!(open().await, 200);
    assert_eq!(update(json!({ "imageId": null })).await, state("Ropes", true, Value::Null));
    for change in ["TITLE_CHANGED", "IMAGE_CHANGED", "HISTORY_CHANGED", "IMAGE_CHANGED"] {
        let expected = (change.to_owned(), json!("ada"), Value::Null);
        assert_eq!(next_change(&mut stream, "conversationChanged").await, expected);
    }
    assert_eq!(open().await, 404);
    let foreign = grace.upload_image(&png(8, 8)).await["id"].clone();
    let refused = ada.update_group(json!({ "conversationId": group, "imageId": foreign, "title": "" })).await;
    assert_eq!(refused.refusals("updateGroup"), ["TOO_SHORT input.title", "NOT_FOUND input.imageId"]);
}

#[rstest]
#[tokio::test]
async fn the_longest_standing_member_becomes_the_owner(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let mut people = Vec::new();
    for name in ["ada", "late", "grace", "mary", "eve"] {
        people.push(campus.member(name).await);
    }
    let [ada, late, grace, mary, eve] = &people[..] else { panic!("five people") };
    let group = ada.create_group("Knots", &[grace, mary, eve], false).await;
    campus.advance(std::time::Duration::from_secs(1));
    ada.add_members(&group, &[late]).await.data();
    let mut stream = late.follow(&group, CHANGES).await;
    let transferred = ada.transfer_group(&group, mary).await.field("transferGroup")["conversation"].clone();
    assert_eq!(transferred, json!({ "viewerCanManage": false, "owner": { "username": "mary" } }));
    mary.transfer_group(&group, mary).await.data();
    mary.leave_conversation(&group).await.data();
    assert_eq!(late.group_members(&group).await.1, "ada");
    ada.delete_account().await;
    assert_eq!(late.group_members(&group).await.1, "grace");
    lock_account(&campus.app, "grace").await.expect("the account is locked");
    assert_eq!(late.group_members(&group).await.1, "eve");
    // A member who is locked is passed over.
    eve.leave_conversation(&group).await.data();
    assert_eq!(late.group_members(&group).await, (vec!["late".to_owned(), "grace".to_owned()], json!("late")));
    for (change, actor, user) in [
        ("OWNER_CHANGED", json!("ada"), json!("mary")),
        ("MEMBER_LEFT", json!("mary"), json!("mary")),
        ("OWNER_CHANGED", Value::Null, json!("ada")),
        ("MEMBER_REMOVED", Value::Null, Value::Null),
        ("OWNER_CHANGED", Value::Null, json!("grace")),
        ("OWNER_CHANGED", Value::Null, json!("eve")),
        ("MEMBER_LEFT", json!("eve"), json!("eve")),
        ("OWNER_CHANGED", Value::Null, json!("late")),
    ] {
        let (seen, by, about) = next_change(&mut stream, "conversationChanged").await;
        // Events about a deleted account name it no longer, from some moment on.
        assert_eq!(seen, change);
        assert!(about == user || about.is_null() || about == "ada", "{change} of {about}");
        assert!(by == actor || (by.is_null() && actor == "ada"), "{change} by {by}");
    }
    late.leave_conversation(&group).await.data();
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
}

#[rstest]
#[tokio::test]
async fn a_group_without_members_is_deleted_with_its_image(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    let group = ada.create_group("Knots", &[&grace], false).await;
    let image = ada.upload_image(&png(8, 8)).await["id"].clone();
    ada.update_group(json!({ "conversationId": group, "imageId": image })).await.data();
    for person in [&grace, &ada] {
        person.leave_conversation(&group).await.data();
    }
    studyhall::node::sweep(&campus.app).await.expect("the sweep runs");
    for table in [
        "select count(*) from conversations where kind = 'group'",
        "select count(*) from group_changes",
        "select count(*) from image_uses",
    ] {
        let (count,): (i64,) = campus.app.db.one(table, &[]).await.expect("a count");
        assert_eq!(count, 0, "{table}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_additions_never_exceed_fifty_members(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let mut people = Vec::new();
    for n in 0..60 {
        people.push(campus.member(&format!("person{n}")).await);
    }
    let group = ada.create_group("Crowd", &people[..40].iter().collect::<Vec<_>>(), false).await;
    let batches: Vec<Vec<&Person>> = people[40..].chunks(4).map(|batch| batch.iter().collect()).collect();
    let refusals = join_all(
        batches.iter().map(|batch| async { ada.add_members(&group, batch).await.refusals("addGroupMembers") }),
    )
    .await;
    let added = refusals.iter().filter(|refused| refused.is_empty()).count();
    assert_eq!(added, 2, "{refusals:?}");
    let refused = refusals.iter().filter(|refused| !refused.is_empty());
    assert!(refused.into_iter().all(|refused| *refused == ["QUOTA_EXCEEDED input.userIds"]));
    assert_eq!(ada.group_members(&group).await.0.len(), 49);
    // Members among the users stay members and do not count.
    let again: Vec<&Person> = people[..48].iter().collect();
    assert_eq!(ada.add_members(&group, &again[..10]).await.refusals("addGroupMembers"), [""; 0]);
}
