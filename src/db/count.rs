//! How many statements a piece of work runs, for whoever wants to know: a test that holds a query to a number.
//!
//! Counted per task, so that what else goes on in the house does not disturb. What the work spawns is not counted.

use std::cell::Cell;

tokio::task_local! {
    static COUNT: Cell<u64>;
}

/// Does the work and returns with its outcome how many statements it ran. Inside of counted work it counts anew.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, u64) {
    let counted = async {
        let outcome = work.await;
        (outcome, COUNT.with(Cell::get))
    };
    COUNT.scope(Cell::new(0), counted).await
}

/// Outside of [`counted`] it is a look at a variable of the task and nothing more.
pub(super) fn add_one() {
    // An error means that nobody counts.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}
