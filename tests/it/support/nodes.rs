//! Nodes that crash: each has a runtime of its own, whose end drops all of its tasks where they are.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use studyhall::clock::Timestamp;
use tokio::runtime::{Builder, Runtime};
use tokio::task::{JoinHandle, yield_now};

use super::{Campus, Engine};

/// How long a node that crashes can take to drop its tasks.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

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
        // All tasks of a node look for work once when they start. A node on a file starts at a time when nothing is due: a
        // test decides when it works. One beside others starts at their time, or it would take them for dead.
        let open = async move {
            if existing.app.db.is_shared() {
                existing.another_node_at(&borrowed(&flags), now).await
            } else {
                existing.another_node(&borrowed(&flags)).await
            }
        };
        let node = Self::start(open).await;
        let all_started = node.spawn(async {
            for _ in 0..100 {
                yield_now().await;
            }
        });
        all_started.await.expect("they start");
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

    /// Ends all tasks where they are, and the transactions that they leave open, as the end of a process does.
    pub async fn crash(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(SHUTDOWN_TIMEOUT));
            ended.await.expect("the tasks end");
        }
        // Connections to PostgreSQL end with the tasks; that to a file is open as long as the node is there.
        if !self.campus.app.db.is_shared() {
            self.campus.app.db.close().await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.runtime.take().into_iter().for_each(Runtime::shutdown_background);
    }
}

fn owned(flags: &[&str]) -> Vec<String> {
    flags.iter().map(|flag| (*flag).to_owned()).collect()
}

fn borrowed(flags: &[String]) -> Vec<&str> {
    flags.iter().map(String::as_str).collect()
}
