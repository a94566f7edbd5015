//! The cache of accepted documents, which are not parsed and validated again.
//!
//! Parsing is the most expensive part of a small query. Only accepted documents are inserted, so that rejected ones cannot
//! evict them.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::Document;
use crate::cache::{Cache, DOCUMENTS};

/// The SHA-256 of a document's text.
pub type DocumentHash = [u8; 32];

pub fn hash(text: &str) -> DocumentHash {
    Sha256::digest(text.as_bytes()).into()
}

/// The unit of the setting `STUDYHALL_DOCUMENT_CACHE`.
const DOCUMENT_WEIGHT: usize = 32 * 1024;

/// The memory of a token in the parsed form and in the template, in bytes. A field takes most: 250 bytes with its name in
/// each of them, and it can be one token.
const TOKEN_WEIGHT: usize = 560;

/// Accepted documents by hash.
#[derive(Debug)]
pub struct DocumentCache(Cache<DocumentHash, Arc<Document>>);

impl DocumentCache {
    /// Creates a cache for `capacity` documents of 32 KiB, and fewer large ones.
    pub fn new(capacity: usize) -> Self {
        let weigh = |_: &DocumentHash, document: &Arc<Document>| document.text_bytes + document.tokens * TOKEN_WEIGHT;
        Self(Cache::new(&DOCUMENTS, capacity.saturating_mul(DOCUMENT_WEIGHT) as u64, None, weigh))
    }

    pub async fn get(&self, hash: &DocumentHash) -> Option<Arc<Document>> {
        self.0.get(hash).await
    }

    pub async fn insert(&self, hash: DocumentHash, document: Arc<Document>) {
        self.0.insert(hash, document).await;
    }
}
