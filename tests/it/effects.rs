//! The reactions of slices to a change in another one: once, and in the same transaction.

use rstest::rstest;
use studyhall::accounts::store;
use studyhall::effects::{DomainEvent, Effects};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn a_domain_event_is_raised_once_in_a_transaction(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let ada =
        store::member_by_username(&campus.app.db, "ada").await.expect("the query succeeds").expect("ada is a member");
    let mut effects = Effects::default();
    let mut tx = campus.app.db.write().await.expect("a transaction begins");
    let deleted = DomainEvent::AccountDeleted(ada.id);
    campus.app.raise(&mut tx, &mut effects, deleted.clone()).await.expect("the slices react");
    let second = campus.app.raise(&mut tx, &mut effects, deleted).await;
    assert!(format!("{second:?}").contains("raised twice"), "{second:?}");
}
