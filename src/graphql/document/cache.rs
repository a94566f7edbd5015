//! The cache of accepted documents, which are not parsed and validated again.
//!
//! Parsing is the most expensive part of a small query. Only accepted documents are inserted, so that rejected ones cannot
//! evict them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::Document;

/// Longer documents are parsed at every request. With the capacity, this bounds the memory of the cache.
const MAX_DOCUMENT_BYTES: usize = 16 * 1024;

/// The SHA-256 of a document's text.
pub type DocumentHash = [u8; 32];

pub fn hash(text: &str) -> DocumentHash {
    Sha256::digest(text.as_bytes()).into()
}

/// Accepted documents by hash. Evicts the oldest entry: a document in use is inserted again at its next request, and a
/// lookup does not have to record its time.
#[derive(Debug)]
pub struct DocumentCache {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    documents: HashMap<DocumentHash, Arc<Document>>,
    insertion_order: VecDeque<DocumentHash>,
}

impl DocumentCache {
    pub fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::default() }
    }

    pub fn get(&self, hash: &DocumentHash) -> Option<Arc<Document>> {
        self.lock().documents.get(hash).cloned()
    }

    pub fn insert(&self, hash: DocumentHash, text: &str, document: Arc<Document>) {
        if text.len() > MAX_DOCUMENT_BYTES {
            return;
        }
        let mut entries = self.lock();
        if entries.documents.insert(hash, document).is_some() {
            return;
        }
        entries.insertion_order.push_back(hash);
        if entries.insertion_order.len() > self.capacity
            && let Some(oldest) = entries.insertion_order.pop_front()
        {
            entries.documents.remove(&oldest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // No code panics while the lock is held, and an inconsistent entry would only cost a parse.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
