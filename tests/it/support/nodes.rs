//! Nodes that crash: each has a runtime of its own, whose end drops all of its tasks where they are.

use std::future::Future;
use std::sync::Arc;

use studyhall::clock::Timestamp;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::{Campus, Engine};

/// A running node. What a crashed one has stored in its directory is kept until the node is dropped.
pub struct Node {
    pub campus: Arc<Campus>,
    runtime: Option<Runtime>,
}

impl Node {
    /// Starts a node on a new database of this engine.
    pub async fn first(engine: Engine, flags: &[&str]) -> Self {
        let flags = owned(flags);
        Self::start(async move { Campus::start_with(engine, &borrowed(&flags)).await }).await
    }

    /// Starts another node on the database of `existing`, which may have crashed, with a clock that shows `now`.
    pub async fn another(existing: &Self, flags: &[&str], now: Timestamp) -> Self {
        let (flags, existing) = (owned(flags), Arc::clone(&existing.campus));
        let node = Self::start(async move { existing.another_node(&borrowed(&flags)).await }).await;
        node.campus.app.clock.set(now);
        node
    }

    async fn start(open: impl Future<Output = Campus> + Send + 'static) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let campus = runtime.spawn(open).await.expect("the node starts");
        Self { campus: Arc::new(campus), runtime: Some(runtime) }
    }

    /// Runs work of this node where a crash ends it.
    pub fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        self.runtime.as_ref().expect("the node runs").spawn(work)
    }

    pub fn crash(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.crash();
    }
}

fn owned(flags: &[&str]) -> Vec<String> {
    flags.iter().map(|flag| (*flag).to_owned()).collect()
}

fn borrowed(flags: &[String]) -> Vec<&str> {
    flags.iter().map(String::as_str).collect()
}
