//! The cost of an operation by part, from its text to the bytes of the response.
//!
//! `scan`, `parse` and `measure` are parts of `read`, which also validates. `check` coerces variables and adds up the
//! cost, `bind` builds what the framework executes. `prepare` is everything before a cached document is executed, `new` the
//! same for one that is not cached; `run` executes it.

use std::cell::Cell;
use std::time::Duration;

use async_graphql::Variables;
use criterion::{BatchSize, Criterion};
use serde_json::{Value, json};
use studyhall::graphql::document::{self, Types};
use studyhall::graphql::{Caller, response_json};
use studyhall::schema;
use studyhall::schema::prices::PRICES;
use tokio::runtime::Runtime;

use crate::campus::{CHEAP_HASHING, Campus, anonymous, request};

const USER: &str = "query($id: ID!) { user(by: { id: $id }) { id username displayName joinedAt } }";
const SESSIONS: &str = "{
    viewer {
        user { id username }
        sessions(first: 20) {
            edges { cursor node { id deviceName createdAt lastUsedAt isCurrent } }
            pageInfo { hasNextPage endCursor }
        }
    }
}";

/// The number of devices of the member, which fill the page.
const DEVICES: usize = 20;

struct Operation {
    name: &'static str,
    text: &'static str,
    variables: Value,
    caller: Caller,
}

pub fn bench(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("the runtime starts");
    let (campus, operations) = runtime.block_on(async {
        let campus = Campus::open(CHEAP_HASHING).await;
        let ada = campus.member("ada").await;
        for _ in 1..DEVICES {
            campus.login(&anonymous(), "ada").await;
        }
        let operation =
            |name, text, variables, caller: &Caller| Operation { name, text, variables, caller: caller.clone() };
        let operations = [
            operation("typename", "{__typename}", json!({}), &anonymous()),
            operation("user", USER, json!({ "id": ada.id }), &ada.caller),
            operation("sessions", SESSIONS, json!({}), &ada.caller),
        ];
        (campus, operations)
    });
    for operation in &operations {
        documents(criterion, &campus, operation);
        execution(criterion, &runtime, &campus, operation);
    }
}

fn group<'a>(
    criterion: &'a mut Criterion,
    operation: &Operation,
) -> criterion::BenchmarkGroup<'a, criterion::measurement::WallTime> {
    let mut group = criterion.benchmark_group(format!("request/{}", operation.name));
    group.warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(700)).sample_size(20);
    group
}

fn documents(criterion: &mut Criterion, campus: &Campus, operation: &Operation) {
    let (text, limits) = (operation.text, &campus.app.config.limits);
    let types = Types::of(schema::builder(), PRICES);
    let parsed = document::parse(text, limits).expect("the document is GraphQL");
    let read = || document::read(text, &types, limits).expect("the document is within limits");
    let accepted = read();
    let variables = Variables::from_json(operation.variables.clone());
    let mut group = group(criterion, operation);
    group.bench_function("scan", |b| b.iter(|| document::scan(text, limits).is_ok()));
    group.bench_function("parse", |b| b.iter(|| document::parse(text, limits).is_ok()));
    group.bench_function("measure", |b| b.iter(|| document::measure(&parsed, limits).is_ok()));
    group.bench_function("read", |b| b.iter(read));
    group.bench_function("check", |b| {
        let check = |mut variables: Variables| {
            let operation = accepted.operation(None).expect("there is one operation");
            accepted.check_request(&types, operation, &mut variables).expect("the variables fit")
        };
        b.iter_batched(|| variables.clone(), check, BatchSize::SmallInput);
    });
    group.bench_function("bind", |b| {
        let operation = accepted.operation(None).expect("there is one operation");
        b.iter(|| accepted.bind(&types, operation, &variables).expect("the variables fit"));
    });
}

fn execution(criterion: &mut Criterion, runtime: &Runtime, campus: &Campus, operation: &Operation) {
    let Operation { text, variables, caller, .. } = operation;
    let executor = &campus.executor;
    let cached = || request(text, variables.clone());
    let prepared = || async { executor.prepare(cached(), caller).await.expect("the request is valid") };
    let response = runtime.block_on(async { executor.run(prepared().await).await });
    assert!(response.errors.is_empty(), "{response:?}");

    let mut group = group(criterion, operation);
    let number = Cell::new(0);
    let not_cached = || {
        number.set(number.get() + 1);
        request(&format!("{text}#{}", number.get()), variables.clone())
    };
    // Dropped at once: a prepared operation keeps one of the permits for running operations.
    let prepare = |request| async { executor.prepare(request, caller).await.map(drop).expect("the request is valid") };
    group.bench_function("new", |b| b.to_async(runtime).iter_batched(not_cached, prepare, BatchSize::SmallInput));
    group.bench_function("prepare", |b| b.to_async(runtime).iter_batched(cached, prepare, BatchSize::SmallInput));
    group.bench_function("run", |b| {
        let prepare = || futures_util::FutureExt::now_or_never(prepared()).expect("a cached document needs no wait");
        b.to_async(runtime).iter_batched(prepare, |prepared| executor.run(prepared), BatchSize::PerIteration);
    });
    group.bench_function("serialise", |b| b.iter(|| response_json::to_bytes(&response)));
}
