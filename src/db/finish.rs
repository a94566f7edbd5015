//! Futures that are not stopped halfway.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

/// Runs a future to its end even where nobody waits for it any more.
///
/// It runs in the task that awaits it, which is cheaper than a task of its own by a tenth of a durable write. Only when it
/// is dropped before its end does it go on in a task.
pub(super) fn to_the_end<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> ToTheEnd<T> {
    ToTheEnd(Some(Box::pin(future)))
}

#[must_use]
pub(super) struct ToTheEnd<T: Send + 'static>(Option<BoxFuture<'static, T>>);

impl<T: Send + 'static> Future for ToTheEnd<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(future) = &mut self.0 else { return Poll::Pending };
        let output = ready!(future.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(output)
    }
}

impl<T: Send + 'static> Drop for ToTheEnd<T> {
    fn drop(&mut self) {
        // Without a runtime the program is at its end, and everything open is rolled back.
        if let (Some(future), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(future);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    use super::to_the_end;

    #[tokio::test]
    async fn what_is_dropped_halfway_goes_on() {
        let (go, gone) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let work = to_the_end(async move {
            let _ = gone.await;
            let _ = done.send(());
        });
        tokio::select! {
            biased;
            () = work => panic!("it waits for the word to go"),
            () = yield_now() => {}
        }
        go.send(()).expect("the work still waits");
        is_done.await.expect("the work came to its end");
    }

    #[tokio::test]
    async fn what_is_awaited_answers() {
        assert_eq!(to_the_end(async { 7 }).await, 7);
    }
}
