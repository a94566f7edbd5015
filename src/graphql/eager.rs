//! Resolves objects and lists without a future of its own for each field that only reads memory.
//!
//! The framework allocates a future for every field and every item before it polls the first of them. Each is as large as
//! the largest field of its type, over a kilobyte: a page of 30 messages has 345 KB of them, more than the fast caches of the
//! processor hold. Here a field is polled when it is reached, and its place is used again for the next one unless it waits.

use std::borrow::{Borrow, Cow};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};

use async_graphql::parser::types::{Field, Selection};
use async_graphql::registry::Registry;
use async_graphql::{ContainerType, ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

use crate::graphql::loader::poll_step;
use crate::graphql::response_json;

/// An object that is resolved in this way.
#[derive(Clone, Debug)]
pub struct Eager<T>(pub T);

/// A part of another object that is resolved in this way. `Eager<&T>` would not know the type behind an interface.
#[derive(Clone, Copy, Debug)]
pub struct EagerRef<'o, T>(pub &'o T);

/// A list of objects that are resolved in this way.
#[derive(Clone, Debug)]
pub struct EagerItems<T>(pub Vec<T>);

/// A list of parts of another object that are resolved in this way.
#[derive(Clone, Debug)]
pub struct EagerList<'o, T>(pub Vec<&'o T>);

macro_rules! typed_as {
    ($type:ty) => {
        fn type_name() -> Cow<'static, str> {
            <$type>::type_name()
        }

        fn qualified_type_name() -> String {
            <$type>::qualified_type_name()
        }

        fn create_type_info(registry: &mut Registry) -> String {
            <$type>::create_type_info(registry)
        }
    };
}

impl<T: ContainerType> OutputType for Eager<T> {
    typed_as!(T);

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_object(&self.0, context, field).await
    }
}

impl<T: ContainerType> OutputType for EagerRef<'_, T> {
    typed_as!(T);

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_object(self.0, context, field).await
    }
}

impl<T: ContainerType> OutputType for EagerItems<T> {
    typed_as!(Vec<T>);

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_list::<T, _>(&self.0, context, field).await
    }
}

impl<T: ContainerType> OutputType for EagerList<'_, T> {
    typed_as!(Vec<T>);

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        resolve_list::<T, _>(&self.0, context, field).await
    }
}

async fn resolve_list<T: ContainerType, I: Borrow<T> + Sync>(
    items: &[I],
    context: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
) -> ServerResult<Value> {
    let resolve = |index: usize| async move {
        let Some(item) = items.get(index) else { return Ok(Value::Null) };
        let context = context.with_index(index);
        resolve_object(item.borrow(), &context, field).await.map_err(|error| context.set_error_path(error))
    };
    let values = resolve_all(Parts::Items(items.len()), || Slot::boxed(resolve)).await?;
    Ok(response_json::list(&values))
}

pub(super) async fn resolve_object<T: ContainerType>(
    object: &T,
    context: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
) -> ServerResult<Value> {
    let items = &context.item.node.items;
    // `document::bind` leaves only fields for an object, and fragments for an interface or union.
    if !items.iter().all(|item| field_of(item).is_some()) {
        return object.resolve(context, field).await;
    }
    let resolve = |index: usize| async move {
        let Some(field) = items.get(index).and_then(field_of) else { return Ok(Value::Null) };
        if field.node.name.node == "__typename" {
            return Ok(Value::String(object.introspection_type_name().into_owned()));
        }
        let context = context.with_field(field);
        object.resolve_field(&context).await.map(Option::unwrap_or_default)
    };
    let values = resolve_all(Parts::Fields(items.len()), || Slot::boxed(resolve)).await?;
    let keys = items.iter().filter_map(field_of).map(|field| field.node.response_key().node.as_str());
    Ok(response_json::object(keys.zip(&values)))
}

fn field_of(item: &Positioned<Selection>) -> Option<&Positioned<Field>> {
    match &item.node {
        Selection::Field(field) if field.node.directives.is_empty() => Some(field),
        _ => None,
    }
}

/// Where one of the futures of an object or a list runs after another. The types of objects refer to each other, so that of
/// the futures is erased.
trait Place: Send {
    /// Drops the future that is here, and puts the one with this index in its place.
    fn start(&mut self, index: usize);
    fn poll(&mut self, context: &mut TaskContext<'_>) -> Poll<ServerResult<Value>>;
}

struct Slot<M, F> {
    make: M,
    future: Pin<Box<Option<F>>>,
}

impl<'c, M, F> Slot<M, F>
where
    M: Fn(usize) -> F + Send + 'c,
    F: Future<Output = ServerResult<Value>> + Send + 'c,
{
    fn boxed(make: M) -> Box<dyn Place + 'c> {
        Box::new(Self { make, future: Box::pin(None) })
    }
}

impl<M, F> Place for Slot<M, F>
where
    M: Fn(usize) -> F + Send,
    F: Future<Output = ServerResult<Value>> + Send,
{
    fn start(&mut self, index: usize) {
        self.future.set(Some((self.make)(index)));
    }

    fn poll(&mut self, context: &mut TaskContext<'_>) -> Poll<ServerResult<Value>> {
        self.future.as_mut().as_pin_mut().map_or(Poll::Ready(Ok(Value::Null)), |future| future.poll(context))
    }
}

/// A future that was not ready when it was first polled, and the index of its value.
struct Waiting<'c> {
    index: usize,
    place: Box<dyn Place + 'c>,
}

/// How many futures an object or a list has.
#[derive(Clone, Copy)]
enum Parts {
    Fields(usize),
    Items(usize),
}

/// Polls futures in their order, and keeps those that wait. The first error ends all.
async fn resolve_all<'c>(parts: Parts, new_place: impl Fn() -> Box<dyn Place + 'c>) -> ServerResult<Vec<Value>> {
    let (Parts::Fields(count) | Parts::Items(count)) = parts;
    let mut values = Vec::with_capacity(count);
    let mut waiting: Vec<Waiting<'c>> = Vec::new();
    poll_fn(move |context| {
        let mut failure = None;
        waiting.retain_mut(|Waiting { index, place }| match place.poll(context) {
            Poll::Ready(Ok(value)) => {
                values[*index] = value;
                false
            }
            Poll::Ready(Err(error)) => {
                failure.get_or_insert(error);
                false
            }
            Poll::Pending => true,
        });
        failure.map_or(Ok(()), Err)?;
        let mut free = None;
        for index in values.len()..count {
            if matches!(parts, Parts::Items(_)) {
                // A list of thousands lets other tasks run in between.
                ready!(poll_step(context));
            }
            let mut place = free.take().unwrap_or_else(&new_place);
            place.start(index);
            if let Poll::Ready(value) = place.poll(context) {
                values.push(value?);
                free = Some(place);
            } else {
                values.push(Value::Null);
                waiting.push(Waiting { index, place });
            }
        }
        if waiting.is_empty() { Poll::Ready(Ok(std::mem::take(&mut values))) } else { Poll::Pending }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, SimpleObject};

    use super::*;

    #[derive(Clone, Debug, SimpleObject)]
    struct Item {
        number: usize,
    }

    #[derive(Debug)]
    struct Query;

    #[Object]
    impl Query {
        #[expect(clippy::unused_self, reason = "the framework's macro needs it")]
        fn items(&self) -> EagerItems<Item> {
            EagerItems((0..1_000).map(|number| Item { number }).collect())
        }
    }

    #[tokio::test]
    async fn a_long_list_lets_other_tasks_run_and_keeps_its_order() {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let mut execution = pin!(schema.execute("{ items { number } }"));
        let mut pauses = 0;
        let response = poll_fn(|context| {
            let polled = execution.as_mut().poll(context);
            pauses += usize::from(polled.is_pending());
            polled
        })
        .await;
        assert!(pauses >= 7, "{pauses} pauses");
        let items: Vec<String> = (0..1_000).map(|number| format!(r#"{{"number":{number}}}"#)).collect();
        let expected = format!(r#"{{"data":{{"items":[{}]}}}}"#, items.join(","));
        assert_eq!(String::from_utf8_lossy(&response_json::to_bytes(&response)), expected);
    }
}
