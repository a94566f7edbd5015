//! Following a feed: what is newer than a number out of the log, then live, each event once and in order.

use std::sync::Arc;
use std::vec;

use futures_util::{Stream, stream};
use tokio::sync::watch;
use tokio::time::sleep;

use super::broadcaster::{Broadcaster, Next, RecentEvents};
use super::feeds::{self, Event, Feed};
use super::{LONGEST_WAIT, SHORTEST_WAIT, asked};
use crate::error::{Error, Result};

/// What a follower gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    Event(Event),
    /// Events are missing here: removed for their age, or the feed went back in time. What they told of has to be read
    /// again from where it is kept; the stream goes on after this number.
    Reset {
        number: i64,
    },
}

/// One follower. Idle it is these few words and a place in the hub's list of waiters, because there are thousands.
struct Follower {
    hubs: Arc<Broadcaster>,
    feed: Feed,
    window: watch::Receiver<RecentEvents>,
    position: Position,
    /// Events out of the log that come next.
    page: vec::IntoIter<Event>,
}

#[derive(Clone, Copy)]
enum Position {
    /// Starts after the newest event there is.
    Now,
    /// Starts after a number that somebody handed in.
    Cursor(i64),
    /// Has delivered everything up to this number.
    After(i64),
    /// Has delivered everything up to this number, of which the log may know nothing any more: the hub was disbanded.
    CursorExpired(i64),
}

pub(super) fn follow(
    hubs: Arc<Broadcaster>,
    feed: Feed,
    after: Option<i64>,
) -> impl Stream<Item = Result<Followed>> + Send + 'static {
    // Joined before the log is read: what is committed in between is seen at least once.
    let follower = hubs.join(feed).map(|window| Follower {
        hubs,
        feed,
        window,
        position: after.map_or(Position::Now, Position::Cursor),
        page: Vec::new().into_iter(),
    });
    stream::try_unfold(follower, |follower| async move {
        let Some(mut follower) = follower else { return Ok(None) };
        let next = follower.next().await?;
        Ok(next.map(|next| (next, Some(follower))))
    })
}

impl Follower {
    /// Returns what comes next; `None` once the hubs are closed.
    async fn next(&mut self) -> Result<Option<Followed>> {
        loop {
            let next = match (self.page.next(), self.position) {
                (Some(event), _) => Next::Event(event),
                (None, Position::After(number)) => self.window.borrow_and_update().after(number),
                (None, _) => Next::InLog,
            };
            match (next, self.position) {
                (Next::Event(event), _) => {
                    self.position = Position::After(event.number);
                    return Ok(Some(Followed::Event(event)));
                }
                (Next::Nothing, Position::After(number)) => {
                    if self.window.changed().await.is_err() {
                        let Some(window) = self.hubs.join(self.feed) else { return Ok(None) };
                        self.window = window;
                        self.position = Position::CursorExpired(number);
                    }
                }
                _ => match self.read().await? {
                    Read::Found => {}
                    Read::Hole { head } => {
                        self.position = Position::After(head);
                        return Ok(Some(Followed::Reset { number: head }));
                    }
                    Read::Closed => return Ok(None),
                },
            }
        }
    }

    /// Looks into the log for what comes next. A database that is away is asked again until it answers.
    async fn read(&mut self) -> Result<Read> {
        let mut wait = SHORTEST_WAIT;
        let (head, events) = loop {
            if let Some(answer) = self.ask().await {
                break answer;
            }
            if self.hubs.is_closed() {
                return Ok(Read::Closed);
            }
            sleep(wait).await;
            wait = LONGEST_WAIT.min(wait * 2);
        };
        self.hubs.learn(self.feed, head);
        let after = match self.position {
            Position::Now => head,
            Position::Cursor(number) if !(0..=head).contains(&number) => {
                return Err(Error::BadInput("the cursor `after` is not one of this stream".to_owned()));
            }
            Position::Cursor(number) | Position::After(number) | Position::CursorExpired(number) => number,
        };
        if after != head && events.first().is_none_or(|first| first.number - 1 != after) {
            return Ok(Read::Hole { head });
        }
        self.position = Position::After(after);
        self.page = events.into_iter();
        Ok(Read::Found)
    }

    /// Returns the head, and the page of events that come next.
    ///
    /// When thousands come back at once, few of them ask at a time. The rest waits without the memory that a statement
    /// needs, and so does every idle follower: therefore the box.
    async fn ask(&self) -> Option<(i64, Vec<Event>)> {
        let _turn = self.hubs.turns.acquire().await.ok()?;
        Box::pin(self.ask_now()).await
    }

    async fn ask_now(&self) -> Option<(i64, Vec<Event>)> {
        let head = asked(feeds::head(&self.hubs.db, self.feed)).await?;
        let events = match self.position {
            Position::Cursor(number) | Position::After(number) | Position::CursorExpired(number) if number < head => {
                asked(feeds::page(&self.hubs.db, self.feed, number)).await?
            }
            _ => Vec::new(),
        };
        Some((head, events))
    }
}

/// What a look into the log gave.
enum Read {
    /// The page, or that nothing new is there.
    Found,
    /// The next event is gone, or the feed ends before the place.
    Hole {
        head: i64,
    },
    Closed,
}
