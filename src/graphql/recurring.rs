//! Objects that a response has in several places are resolved once.
//!
//! A page of 30 messages has 30 authors, most of them the same two people. What resolving an object yields depends on the
//! object and on what is selected of it, with its arguments. So the JSON of the first place is that of all others where the
//! same selection meets the same object in memory.
//!
//! Only within one execution of a query, a mutation or an event: nothing that one viewer may see reaches another. A selection
//! belongs to one root field, so a mutation sees what the one before it has changed.

use std::borrow::Cow;
use std::collections::HashMap;
use std::future::poll_fn;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context as TaskContext, Poll, Waker};

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContainerType, ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use rustc_hash::FxBuildHasher;

use super::eager::resolve_object;
use super::response_json;

/// What an execution keeps, in bytes: the JSON of objects, and what each of them needs besides. Objects beyond it are resolved
/// again.
const MAX_BYTES: usize = 1024 * 1024;
const BYTES_PER_OBJECT: usize = 256;

/// An object that the values of a loader share.
pub trait Recurs: ContainerType + Send + Sync {
    /// Returns what this object shares with its clones, and with no other one.
    fn shared(&self) -> Arc<dyn Send + Sync>;
}

impl<T: ContainerType + Send + Sync + 'static> Recurs for Arc<T> {
    fn shared(&self) -> Arc<dyn Send + Sync> {
        self.clone()
    }
}

/// An object that is resolved once for all its places.
#[derive(Clone, Debug)]
pub struct ResolvedOnce<T>(pub T);

impl<T: Recurs> OutputType for ResolvedOnce<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, context: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let Some(objects) = context.data_opt::<ResolvedObjects>() else {
            return resolve_object(&self.0, context, field).await;
        };
        let place = Place::new(self.0.shared(), ptr::from_ref(context.item).addr());
        let turn = match poll_fn(|task| objects.poll_turn(&place, task)).await {
            Turn::Resolved(value) => return Ok(value),
            Turn::Alone => None,
            Turn::First => Some(Resolving { objects, key: place.key, value: None }),
        };
        let value = resolve_object(&self.0, context, field).await?;
        // An error says where it happened, so each place needs its own.
        let has_errors = !context.query_env.errors.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
        if let Some(mut turn) = turn.filter(|_| !has_errors) {
            turn.value = Some(value.clone());
        }
        Ok(value)
    }
}

/// The objects that an execution has resolved.
#[derive(Default)]
pub(super) struct ResolvedObjects(Mutex<Objects>);

#[derive(Default)]
struct Objects {
    by_key: HashMap<Key, Object, FxBuildHasher>,
    bytes: usize,
}

/// The addresses of an object and of the selection on it.
type Key = (usize, usize);

struct Object {
    /// While it exists, nothing else is at its address.
    _shared: Arc<dyn Send + Sync>,
    state: State,
}

enum State {
    /// Wakes the other places of the object, which wait for the first.
    Resolving(Vec<Waker>),
    Resolved(Value),
    /// The first place failed or was dropped: the others are resolved for themselves, at once.
    NotShared,
}

/// An object where a selection meets it.
struct Place {
    key: Key,
    shared: Arc<dyn Send + Sync>,
}

impl Place {
    fn new(shared: Arc<dyn Send + Sync>, selection: usize) -> Self {
        Self { key: (Arc::as_ptr(&shared).cast::<()>().addr(), selection), shared }
    }
}

enum Turn {
    /// This place resolves the object for all others.
    First,
    /// This place resolves the object for itself.
    Alone,
    Resolved(Value),
}

impl ResolvedObjects {
    /// Waits for the first place of an object, unless this is the first.
    ///
    /// Places never wait in a circle: they wait for a place of the same selection, which waits only for selections below.
    fn poll_turn(&self, place: &Place, task: &TaskContext<'_>) -> Poll<Turn> {
        let mut objects = self.lock();
        let is_full = objects.bytes >= MAX_BYTES;
        match objects.by_key.get_mut(&place.key).map(|object| &mut object.state) {
            Some(State::Resolved(value)) => Poll::Ready(Turn::Resolved(value.clone())),
            Some(State::NotShared) => Poll::Ready(Turn::Alone),
            Some(State::Resolving(waiting)) => {
                if !waiting.last().is_some_and(|waker| waker.will_wake(task.waker())) {
                    waiting.push(task.waker().clone());
                }
                Poll::Pending
            }
            None if is_full => Poll::Ready(Turn::Alone),
            None => {
                let object = Object { _shared: place.shared.clone(), state: State::Resolving(Vec::new()) };
                objects.by_key.insert(place.key, object);
                Poll::Ready(Turn::First)
            }
        }
    }

    fn finish(&self, key: Key, value: Option<Value>) {
        let mut objects = self.lock();
        objects.bytes += BYTES_PER_OBJECT + value.as_ref().map_or(0, response_json::size);
        let Some(object) = objects.by_key.get_mut(&key) else { return };
        let state = value.map_or(State::NotShared, State::Resolved);
        if let State::Resolving(waiting) = std::mem::replace(&mut object.state, state) {
            drop(objects);
            waiting.into_iter().for_each(Waker::wake);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Objects> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first place of an object. Others wait for it, also when it fails or is dropped.
struct Resolving<'o> {
    objects: &'o ResolvedObjects,
    key: Key,
    value: Option<Value>,
}

impl Drop for Resolving<'_> {
    fn drop(&mut self) {
        self.objects.finish(self.key, self.value.take());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Request, Response, Schema};
    use futures_util::task::noop_waker;
    use serde_json::json;
    use tokio::task::yield_now;

    use super::*;
    use crate::graphql::EagerItems;
    use crate::graphql::error::{Recurring, recurring};

    #[derive(Debug, Default)]
    struct Author {
        name: &'static str,
        reads: AtomicUsize,
    }

    #[Object]
    impl Author {
        async fn name(&self) -> &str {
            self.reads.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
            self.name
        }

        async fn broken(&self) -> Option<async_graphql::Result<i32>> {
            yield_now().await;
            Some(Err("It is broken.".into()))
        }
    }

    #[derive(Clone, Debug)]
    struct Message(Arc<Author>);

    #[Object]
    impl Message {
        async fn author(&self) -> Recurring<Arc<Author>> {
            recurring(Ok(Some(self.0.clone())))
        }
    }

    #[derive(Debug)]
    struct Query;

    #[Object]
    impl Query {
        #[expect(clippy::unused_self, reason = "the framework's macro needs it")]
        fn messages(&self, context: &Context<'_>) -> EagerItems<Message> {
            let authors = context.data_unchecked::<[Arc<Author>; 2]>();
            EagerItems([0, 1, 0, 0, 1].map(|author: usize| Message(authors[author].clone())).into())
        }
    }

    async fn execute(query: &str, authors: &[Arc<Author>; 2]) -> Response {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        schema.execute(Request::new(query).data(authors.clone()).data(ResolvedObjects::default())).await
    }

    fn authors() -> [Arc<Author>; 2] {
        ["Ada", "Grace"].map(|name| Arc::new(Author { name, ..Author::default() }))
    }

    fn data_of(response: &Response) -> serde_json::Value {
        let json: serde_json::Value = serde_json::from_slice(&response_json::to_bytes(response)).expect("it is JSON");
        json["data"].clone()
    }

    #[tokio::test]
    async fn an_object_is_resolved_once_for_each_selection_of_it() {
        let authors = authors();
        let response = execute("{ messages { author { name } again: author { alias: name } } }", &authors).await;
        let message = |name: &str| json!({ "author": { "name": name }, "again": { "alias": name } });
        let names = ["Ada", "Grace", "Ada", "Ada", "Grace"];
        assert_eq!(data_of(&response), json!({ "messages": names.map(message) }));
        assert_eq!(authors.each_ref().map(|author| author.reads.load(Ordering::Relaxed)), [2, 2]);
    }

    #[tokio::test]
    async fn each_place_of_an_object_has_its_own_errors() {
        let response = execute("{ messages { author { broken } } }", &authors()).await;
        let mut paths: Vec<String> = response.errors.iter().map(|error| format!("{:?}", error.path)).collect();
        paths.sort();
        let path =
            |index: usize| format!("[Field(\"messages\"), Index({index}), Field(\"author\"), Field(\"broken\")]");
        assert_eq!(paths, [0, 1, 2, 3, 4].map(path));
    }

    #[test]
    fn the_places_of_an_object_resolve_it_themselves_once_the_first_is_dropped() {
        let objects = ResolvedObjects::default();
        let place = Place::new(Arc::new(1), 0);
        let waker = noop_waker();
        let task = TaskContext::from_waker(&waker);
        assert!(matches!(objects.poll_turn(&place, &task), Poll::Ready(Turn::First)));
        let first = Resolving { objects: &objects, key: place.key, value: None };
        assert!(objects.poll_turn(&place, &task).is_pending());
        drop(first);
        assert!(matches!(objects.poll_turn(&place, &task), Poll::Ready(Turn::Alone)));
    }

    #[test]
    fn what_an_execution_keeps_is_bounded() {
        let objects = ResolvedObjects::default();
        let waker = noop_waker();
        let task = TaskContext::from_waker(&waker);
        let place = |selection| Place::new(Arc::new(1), selection);
        let (large, other) = (place(0), place(1));
        assert!(matches!(objects.poll_turn(&large, &task), Poll::Ready(Turn::First)));
        objects.finish(large.key, Some(Value::Binary(vec![b'1'; MAX_BYTES].into())));
        assert!(matches!(objects.poll_turn(&large, &task), Poll::Ready(Turn::Resolved(_))));
        assert!(matches!(objects.poll_turn(&other, &task), Poll::Ready(Turn::Alone)));
    }
}
