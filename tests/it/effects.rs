//! What a change in one slice leads to in the others: once, and in the same transaction.

use rstest::rstest;
use studyhall::accounts::store;
use studyhall::effects::{DomainEvent, Effects};

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn an_event_that_is_raised_twice_in_one_transaction_is_refused(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start(engine).await;
    campus.member("ada").await;
    let ada = store::member_by_username(&campus.app.db, "ada").await.expect("it is read").expect("ada is a member");
    let mut effects = Effects::default();
    let mut tx = campus.app.db.write().await.expect("a transaction begins");
    let deleted = DomainEvent::AccountDeleted(ada.id);
    campus.app.raise(&mut tx, &mut effects, deleted.clone()).await.expect("the slices react");
    let again = campus.app.raise(&mut tx, &mut effects, deleted).await;
    assert!(format!("{again:?}").contains("raised twice"), "{again:?}");
}
