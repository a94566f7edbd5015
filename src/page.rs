//! A page of a list: a range of keys, never an offset, so that pages neither skip nor repeat rows while rows are
//! inserted and deleted.

/// The rows of a list are counted up to this number. `db::count_rows` has the same number and one more.
pub const MAX_TOTAL_COUNT: i64 = 1_000;

/// The direction of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum OrderDirection {
    /// From the smallest, earliest or alphabetically first value.
    Asc,
    /// From the largest, latest or alphabetically last value.
    Desc,
}

/// A page of a list that is ordered by keys of type `K`.
#[derive(Clone, Debug)]
pub struct Page<K> {
    pub size: i64,
    /// The page is at the end of the range. Its rows are fetched in reverse order.
    pub is_backward: bool,
    pub after: Option<K>,
    pub before: Option<K>,
    /// The client also requests the number of all rows. They are counted only then, up to one more than
    /// [`MAX_TOTAL_COUNT`].
    pub wants_total: bool,
}

impl<K> Page<K> {
    /// Returns how many rows to fetch: one more than requested, which shows whether there are more.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }
}
