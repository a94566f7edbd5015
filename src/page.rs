//! Which part of a list is wanted: a window by key, never by offset, so that pages neither skip nor repeat while rows
//! come and go.

/// A window into a list. `K` is the key by which the list is ordered.
#[derive(Clone, Debug)]
pub struct Page<K> {
    pub size: i64,
    /// From the end of the list backwards; rows are fetched in reverse order then.
    pub is_backward: bool,
    pub after: Option<K>,
    pub before: Option<K>,
    /// The number of all rows is wanted too. It is counted only then.
    pub wants_total: bool,
}

impl<K> Page<K> {
    /// How many rows to fetch: one more than asked for tells whether there are more.
    pub fn limit(&self) -> i64 {
        self.size + 1
    }
}
