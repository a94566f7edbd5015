//! Connections: cursors, pages and edges, the same for every type.
//!
//! A cursor contains the sort key and the id of its row. It is opaque but not secret.

use std::borrow::Cow;

use async_graphql::{ContainerType, Object, OutputType, SimpleObject, TypeName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::graphql::eager::{EagerList, EagerRef};
pub use crate::page::{MAX_TOTAL_COUNT, Page};

/// The JSON escape of the character NUL. It also matches an escaped backslash before `u0000`, which no key contains.
const NUL_ESCAPE: &[u8] = br"\u0000";

pub fn write_cursor<K: Serialize>(key: &K) -> String {
    // Keys consist of numbers and strings, whose serialisation does not fail.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// Reads the key of a cursor.
///
/// # Errors
/// `BadInput` for everything that [`write_cursor`] does not write for such a key.
pub fn read_cursor<K: DeserializeOwned>(cursor: &str) -> Result<K> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        // No key contains NUL, and PostgreSQL rejects text with it.
        .filter(|bytes| !bytes.windows(NUL_ESCAPE.len()).any(|window| window == NUL_ESCAPE))
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| Error::BadInput("This is not a cursor of this list.".to_owned()))
}

/// The position of a page in its list.
#[derive(Clone, Debug, Default, SimpleObject)]
pub struct PageInfo {
    /// True if the list has items after this page.
    pub has_next_page: bool,
    /// True if the list has items before this page.
    pub has_previous_page: bool,
    /// The cursor of the first edge; null if the page is empty.
    pub start_cursor: Option<String>,
    /// The cursor of the last edge; null if the page is empty.
    pub end_cursor: Option<String>,
}

/// A page of a list.
#[derive(Debug)]
pub struct Connection<N> {
    edges: Vec<Edge<N>>,
    page_info: PageInfo,
    /// `None` if the client does not request it.
    counted: Option<i64>,
}

/// An item of a list and its cursor.
#[derive(Debug)]
pub struct Edge<N> {
    pub cursor: String,
    pub node: N,
}

impl<N> Connection<N> {
    /// Builds a connection from up to [`Page::limit`] rows in the direction of the page. `counted` is the number of all rows,
    /// up to one more than [`MAX_TOTAL_COUNT`]; `key` returns the key of a cursor.
    pub fn new<K, C: Serialize>(page: &Page<K>, rows: Vec<N>, counted: Option<i64>, key: impl Fn(&N) -> C) -> Self {
        Self::from_rows(page, rows, counted, key, |node| node)
    }

    /// Like [`Self::new`], for rows with more columns than the node: those of the sort key.
    pub fn from_rows<R, K, C: Serialize>(
        page: &Page<K>,
        mut rows: Vec<R>,
        counted: Option<i64>,
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
        Self { edges, page_info, counted }
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
impl<N: ContainerType> Connection<N> {
    /// The items of this page, in the order of the list.
    fn edges(&self) -> EagerList<'_, Edge<N>> {
        EagerList(self.edges.iter().collect())
    }

    /// The nodes of `edges`, in the same order.
    fn nodes(&self) -> EagerList<'_, N> {
        EagerList(self.edges.iter().map(|edge| &edge.node).collect())
    }

    /// The position of this page in the list.
    fn page_info(&self) -> EagerRef<'_, PageInfo> {
        EagerRef(&self.page_info)
    }

    /// The number of items of the whole list, or 1,000 if it has more. Counted only when it is selected.
    fn total_count(&self) -> Option<i64> {
        self.counted.map(|counted| counted.min(MAX_TOTAL_COUNT))
    }

    /// Whether the list has more than 1,000 items, and `totalCount` is therefore not exact.
    fn total_count_is_capped(&self) -> bool {
        self.counted.is_some_and(|counted| counted > MAX_TOTAL_COUNT)
    }
}

/// An item of a list and its cursor.
#[Object(name_type)]
impl<N: ContainerType> Edge<N> {
    /// The position of the item. Pass it as `after` or `before`.
    fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The item.
    fn node(&self) -> EagerRef<'_, N> {
        EagerRef(&self.node)
    }
}
