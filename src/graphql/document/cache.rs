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

/// Longer documents are parsed at every request.
const MAX_DOCUMENT_BYTES: usize = 16 * 1024;

/// The weight of the setting's unit: a document of 1 KiB with its parsed form.
const DOCUMENT_WEIGHT: usize = 32 * 1024;

/// How much more memory the parsed form of a document takes than its text: short field names, and a node for each.
const PARSED_PER_BYTE: usize = 32;

/// Accepted documents by hash.
#[derive(Debug)]
pub struct DocumentCache(Cache<DocumentHash, Arc<Document>>);

impl DocumentCache {
    /// Creates a cache for `capacity` documents of ordinary size, and fewer large ones.
    pub fn new(capacity: usize) -> Self {
        let weigh = |_: &DocumentHash, document: &Arc<Document>| document.text_bytes * PARSED_PER_BYTE;
        Self(Cache::new(&DOCUMENTS, capacity.saturating_mul(DOCUMENT_WEIGHT) as u64, None, weigh))
    }

    pub async fn get(&self, hash: &DocumentHash) -> Option<Arc<Document>> {
        self.0.get(hash).await
    }

    pub async fn insert(&self, hash: DocumentHash, document: Arc<Document>) {
        if document.text_bytes <= MAX_DOCUMENT_BYTES {
            self.0.insert(hash, document).await;
        }
    }
}
