//! Two statements alone, one after the other: on the caller's thread, and through sqlx's driver of SQLite, which hands
//! each to a thread of its own and its rows back.

use std::process;
use std::time::{Duration, Instant};

use sqlx::FromRow;
use sqlx_sqlite::{SqliteArguments, SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use studyhall::accounts::AccountId;
use studyhall::db::{Bind, Db, Query, Record};
use studyhall::graphql::GlobalId;
use studyhall::posts::store::NEWEST_PAGE;
use studyhall::profiles::store::BY_ID;
use tokio::runtime::Runtime;

use crate::baseline::{Post, User};
use crate::campus::{CHEAP_HASHING, Campus};
use crate::comparison::{self, Candidate};
use crate::processes::measure;
use crate::servers::seed;

const ROUNDS: usize = 7;
const ROUND_DURATION: Duration = Duration::from_millis(400);
const PAGE_SIZE: i64 = 21;

pub fn bench() {
    let runtime = Runtime::new().expect("the runtime starts");
    let campus = runtime.block_on(Campus::open(CHEAP_HASHING));
    let ada = runtime.block_on(async {
        let ada = campus.member("ada").await;
        seed(&campus, &ada).await;
        AccountId::from_global(&ada.id.into()).expect("the id of a user").0
    });
    let options = SqliteConnectOptions::new().filename(campus.database()).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
    let pool = runtime.block_on(pool.connect_with(options)).expect("the file opens");
    let db = &campus.app.db;
    compare::<User>("a user by id", &runtime, &pool, db, BY_ID, &[ada, ada]);
    compare::<Post>("a page of posts", &runtime, &pool, db, NEWEST_PAGE, &[ada, i64::MAX, i64::MIN, PAGE_SIZE]);
}

fn compare<T: Record + for<'r> FromRow<'r, SqliteRow>>(
    title: &str,
    runtime: &Runtime,
    pool: &SqlitePool,
    db: &Db,
    sql: &'static str,
    values: &[i64],
) {
    let through_sqlx = || async move {
        let mut arguments = SqliteArguments::default();
        for value in values {
            sqlx::Arguments::add(&mut arguments, *value).expect("a number binds");
        }
        let rows: Vec<T> = sqlx::query_as_with(sql, arguments).fetch_all(pool).await.expect("the rows");
        assert!(!rows.is_empty());
    };
    let inline = || async move {
        let binds: Vec<&dyn Bind> = values.iter().map(|value| value as &dyn Bind).collect();
        let rows: Vec<T> = db.all(sql, &binds).await.expect("the rows");
        assert!(!rows.is_empty());
    };
    comparison::run(
        title,
        ROUNDS,
        vec![
            Candidate { name: "sqlx's driver", goal: "", round: Box::new(|| round(runtime, through_sqlx)) },
            Candidate { name: "the caller's thread", goal: ">= 3", round: Box::new(|| round(runtime, inline)) },
        ],
    );
}

fn round<F: Future<Output = ()>>(runtime: &Runtime, run: impl Fn() -> F) -> comparison::Measurement {
    measure(process::id(), || {
        runtime.block_on(async {
            let until = Instant::now() + ROUND_DURATION;
            let mut count = 0;
            while Instant::now() < until {
                run().await;
                count += 1;
            }
            count
        })
    })
}
