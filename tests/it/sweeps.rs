//! Sweeps delete what has expired in batches, until nothing is left.

use rstest::rstest;
use studyhall::db::{Query, SWEEP_BATCH_SIZE};
use studyhall::node;

use crate::support::{Campus, Engine};

#[rstest]
#[tokio::test]
async fn one_sweep_deletes_more_than_one_batch(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let db = &campus.app.db;
    let count = 2 * SWEEP_BATCH_SIZE + 1;
    for sql in [
        "with recursive numbers (number) as (select cast($1 as bigint) union all
             select number - 1 from numbers where number > 1)
         insert into attempts (key, count, window_began_at, blocked_until)
         select 'login:' || cast(number as text), 1, 0, 0 from numbers",
        "with recursive numbers (number) as (select cast($1 as bigint) union all
             select number - 1 from numbers where number > 1)
         insert into retired_usernames (username_fold, until)
         select 'name' || cast(number as text), 0 from numbers",
    ] {
        assert_eq!(db.run(sql, &[&count]).await.expect("the rows are inserted"), count.unsigned_abs());
    }
    node::sweep(&campus.app).await.expect("the sweep runs");
    for sql in ["select count(*) from attempts", "select count(*) from retired_usernames"] {
        let (left,): (i64,) = db.one(sql, &[]).await.expect("the rows are counted");
        assert_eq!(left, 0, "{sql}");
    }
}
