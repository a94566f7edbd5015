//! A small schema with a field for each outcome of an operation.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_graphql::{
    Context, Enum, InputObject, InputValueError, InputValueResult, Object, OneofObject, Scalar, ScalarType, Schema,
    SimpleObject, Subscription, Value,
};
use futures_util::{Stream, StreamExt, stream};
use studyhall::error::Error;
use studyhall::graphql::executor::SchemaSource;
use studyhall::graphql::upload::Upload;
use studyhall::graphql::{Caller, ContextExt, EdgeError};
use tokio::sync::Semaphore;

/// The state that resolvers change and tests inspect.
#[derive(Clone, Default)]
pub struct World(Arc<Inner>);

pub struct Inner {
    pub count: AtomicU32,
    /// A waiting resolver adds a permit here.
    pub waiting: Semaphore,
    /// A waiting resolver continues with a permit from here.
    pub gate: Semaphore,
}

impl Default for Inner {
    fn default() -> Self {
        Self { count: AtomicU32::new(0), waiting: Semaphore::new(0), gate: Semaphore::new(0) }
    }
}

impl std::ops::Deref for World {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl World {
    pub fn count(&self) -> u32 {
        self.count.load(Ordering::SeqCst)
    }

    async fn pass_gate(&self) {
        self.waiting.add_permits(1);
        self.gate.acquire().await.expect("never closed").forget();
    }

    /// Waits until a resolver waits.
    pub async fn wait_for_resolver(&self) {
        self.waiting.acquire().await.expect("never closed").forget();
    }
}

#[derive(Default)]
pub struct Query;

#[derive(InputObject)]
struct AddInput {
    left: i32,
    #[graphql(default = 1)]
    right: i32,
    note: Option<String>,
}

#[derive(OneofObject)]
enum By {
    Id(i32),
    Name(String),
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum Color {
    Red,
    Green,
}

struct Even(i32);

/// An even number.
#[Scalar]
impl ScalarType for Even {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) if number.as_i64().is_some_and(|n| n % 2 == 0) => Ok(Self(2)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::Number(number) if number.as_i64().is_some_and(|n| n % 2 == 0))
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

#[derive(SimpleObject)]
struct ItemConnection {
    edges: Vec<ItemEdge>,
}

#[derive(SimpleObject)]
struct ItemEdge {
    cursor: String,
    node: Item,
}

#[derive(Clone)]
struct Item(i32);

#[Object]
impl Item {
    async fn number(&self) -> i32 {
        self.0
    }

    async fn items(&self, first: Option<i32>) -> Option<ItemConnection> {
        Some(connection(first))
    }

    async fn me(&self) -> Item {
        self.clone()
    }
}

struct Part(bool);

#[Object]
impl Part {
    async fn inside(&self) -> Part {
        Part(self.0)
    }

    fn works(&self) -> Result<bool, EdgeError> {
        if self.0 { Ok(true) } else { Err(Error::Forbidden("It does not.").into()) }
    }
}

fn connection(first: Option<i32>) -> ItemConnection {
    let edge = |n: i32| ItemEdge { cursor: n.to_string(), node: Item(n) };
    ItemConnection { edges: (0..first.unwrap_or(20).min(3)).map(edge).collect() }
}

#[Object]
impl Query {
    async fn greeting(&self, #[graphql(default_with = "\"you\".to_owned()")] name: String) -> Option<String> {
        Some(format!("Hello {name}"))
    }

    async fn add(&self, input: AddInput) -> Option<i32> {
        let _ = input.note;
        Some(input.left.wrapping_add(input.right))
    }

    async fn pick(&self, by: By) -> Option<String> {
        Some(match by {
            By::Id(id) => id.to_string(),
            By::Name(name) => name,
        })
    }

    async fn color(&self, of: Color) -> Option<Color> {
        Some(of)
    }

    async fn even(&self, n: Even) -> Option<i32> {
        Some(n.0)
    }

    async fn sum(&self, of: Vec<i32>) -> Option<i32> {
        Some(of.iter().sum())
    }

    async fn items(&self, first: Option<i32>, last: Option<i32>) -> Option<ItemConnection> {
        Some(connection(first.or(last)))
    }

    async fn item(&self) -> Item {
        Item(0)
    }

    async fn parts(&self) -> Option<Vec<Part>> {
        Some(vec![Part(true), Part(false)])
    }

    async fn waits(&self, ctx: &Context<'_>) -> Option<bool> {
        ctx.data_unchecked::<World>().pass_gate().await;
        Some(true)
    }

    async fn panics(&self) -> Option<bool> {
        always_panic()
    }

    async fn breaks(&self) -> Option<Result<bool, EdgeError>> {
        Some(Err(Error::internal("an internal secret").into()))
    }

    async fn private(&self, ctx: &Context<'_>) -> Option<Result<bool, EdgeError>> {
        Some(ctx.member().map(|_| true).map_err(EdgeError::from))
    }

    async fn address(&self, ctx: &Context<'_>) -> Option<String> {
        Some(ctx.data_unchecked::<Caller>().address.to_string())
    }
}

#[derive(Default)]
pub struct Mutation;

#[derive(InputObject)]
struct UploadInput {
    file: Upload,
}

#[Object]
impl Mutation {
    async fn increment(&self, ctx: &Context<'_>) -> Option<u32> {
        Some(ctx.data_unchecked::<World>().count.fetch_add(1, Ordering::SeqCst) + 1)
    }

    async fn increment_slowly(&self, ctx: &Context<'_>) -> Option<u32> {
        let world = ctx.data_unchecked::<World>();
        world.pass_gate().await;
        Some(world.count.fetch_add(1, Ordering::SeqCst) + 1)
    }

    async fn login(&self, password: String) -> Option<bool> {
        Some(password == "right")
    }

    async fn upload_image(&self, ctx: &Context<'_>, input: UploadInput) -> Option<usize> {
        input.file.file(ctx).and_then(|file| file.bytes.as_ref()).map(bytes::Bytes::len)
    }
}

#[derive(Default)]
pub struct Subscription;

#[Subscription]
impl Subscription {
    async fn counted(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    async fn silent(&self) -> impl Stream<Item = i32> {
        stream::pending()
    }

    async fn flood(&self) -> impl Stream<Item = String> {
        stream::repeat_with(|| "x".repeat(64 * 1024))
    }

    async fn missing(&self) -> Result<impl Stream<Item = i32>, EdgeError> {
        std::future::ready(Err::<stream::Empty<i32>, _>(Error::NotFound.into())).await
    }

    async fn ends_forbidden(&self) -> impl Stream<Item = Result<i32, EdgeError>> {
        let error = stream::once(async { Err(Error::Forbidden("You no longer have access.").into()) });
        stream::once(async { Ok(1) }).chain(error)
    }
}

fn always_panic() -> Option<bool> {
    panic!("an internal secret")
}

pub fn source(world: &World) -> SchemaSource<Query, Mutation, Subscription> {
    let builder = Schema::build(Query, Mutation, Subscription).data(world.clone());
    SchemaSource { builder, query: Query, mutation: Mutation, subscription: Subscription, has_extensions: false }
}
