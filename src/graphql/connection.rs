//! Pages of lists: arguments, cursors and connections, the same for every type.
//!
//! A cursor holds the sort key and the id of its row; it is opaque, not secret.

use std::borrow::Cow;

use async_graphql::{Context, Object, OutputType, SimpleObject, TypeName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
pub use crate::page::Page;

pub const DEFAULT_PAGE: i64 = 20;
pub const LARGEST_PAGE: i64 = 100;

/// How JSON spells the character NUL. An escaped backslash before `u0000` looks the same; no key has that either.
const NUL: &[u8] = br"\u0000";

impl<K: DeserializeOwned> Page<K> {
    /// Reads the arguments of a connection field.
    ///
    /// # Errors
    /// Bad input for sizes out of bounds, both directions at once, or something that is not a cursor.
    pub fn new(
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> Result<Self> {
        let (size, is_backward) = match (first, last) {
            (Some(_), Some(_)) => return Err(Error::BadInput("Give first or last, not both.".to_owned())),
            (first, None) => (first, false),
            (None, last) => (last, true),
        };
        let size = size.map_or(DEFAULT_PAGE, i64::from);
        if !(0..=LARGEST_PAGE).contains(&size) {
            return Err(Error::BadInput(format!("A page has 0 to {LARGEST_PAGE} items.")));
        }
        Ok(Self {
            size,
            is_backward,
            after: after.map(read_cursor).transpose()?,
            before: before.map(read_cursor).transpose()?,
            wants_total: context.look_ahead().field("totalCount").exists(),
        })
    }
}

/// Writes a cursor.
pub fn write_cursor<K: Serialize>(key: &K) -> String {
    // Keys are numbers and texts; those always serialise.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// Reads a cursor.
///
/// # Errors
/// Bad input for anything that [`write_cursor`] did not write for such a key.
pub fn read_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        // No key holds a NUL, and PostgreSQL takes no text with one.
        .filter(|bytes| !bytes.windows(NUL.len()).any(|part| part == NUL))
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| Error::BadInput("This is not a cursor of this list.".to_owned()))
}

/// Where a page lies in its list.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct PageInfo {
    /// There are items after this page.
    pub has_next_page: bool,
    /// There are items before this page.
    pub has_previous_page: bool,
    /// The cursor of the first edge; null on an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last edge; null on an empty page.
    pub end_cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug)]
pub struct Connection<N> {
    edges: Vec<Edge<N>>,
    page_info: PageInfo,
    total_count: Option<i64>,
}

/// An item and its place in a list.
#[derive(Debug)]
pub struct Edge<N> {
    pub cursor: String,
    pub node: N,
}

impl<N> Connection<N> {
    /// Makes a page of up to [`Page::limit`] rows, fetched in the page's direction. `key` is what an item's cursor holds.
    pub fn new<K, C: Serialize>(page: &Page<K>, rows: Vec<N>, total_count: Option<i64>, key: impl Fn(&N) -> C) -> Self {
        Self::of_rows(page, rows, total_count, key, |node| node)
    }

    /// The same where a row holds more than the item: what its place is made of.
    pub fn of_rows<R, K, C: Serialize>(
        page: &Page<K>,
        mut rows: Vec<R>,
        total_count: Option<i64>,
        key: impl Fn(&R) -> C,
        node: impl Fn(R) -> N,
    ) -> Self {
        let size = usize::try_from(page.size).unwrap_or_default();
        let has_more = rows.len() > size;
        rows.truncate(size);
        if page.is_backward {
            rows.reverse();
        }
        let edges: Vec<Edge<N>> =
            rows.into_iter().map(|row| Edge { cursor: write_cursor(&key(&row)), node: node(row) }).collect();
        let (has_previous_page, has_next_page) =
            if page.is_backward { (has_more, page.before.is_some()) } else { (page.after.is_some(), has_more) };
        let page_info = PageInfo {
            has_next_page,
            has_previous_page,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Self { edges, page_info, total_count }
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N: OutputType> Connection<N> {
    /// The items of this page, in the order of the list.
    async fn edges(&self) -> &[Edge<N>] {
        &self.edges
    }

    /// Where this page lies in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many items the whole list has; counted only when it is selected.
    async fn total_count(&self) -> Option<i64> {
        self.total_count
    }
}

/// An item and its place in a list.
#[Object(name_type)]
impl<N: OutputType> Edge<N> {
    /// Where the item stands: give it as `after` or `before`.
    async fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The item.
    async fn node(&self) -> &N {
        &self.node
    }
}
