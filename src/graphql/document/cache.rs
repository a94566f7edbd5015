//! Documents that were accepted, kept so that they are neither parsed nor validated again.
//!
//! Parsing is the largest part of a small query. Only what passed every check gets in, so that refused documents cannot
//! push the real ones out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Document;

/// Longer documents are parsed each time: with it the cache holds at most this times its count.
const MAX_LENGTH: usize = 16 * 1024;

pub type Hash = [u8; 32];

pub fn hash(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// Accepted documents by the hash of their text. The oldest goes first: a document in use comes back at its next request,
/// and no read has to note that it happened.
#[derive(Debug)]
pub struct Cache {
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    documents: HashMap<Hash, Arc<Document>>,
    order: VecDeque<Hash>,
}

impl Cache {
    pub fn new(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    pub fn get(&self, hash: &Hash) -> Option<Arc<Document>> {
        self.kept().documents.get(hash).cloned()
    }

    pub fn put(&self, hash: Hash, text: &str, document: Arc<Document>) {
        if text.len() > MAX_LENGTH {
            return;
        }
        let mut kept = self.kept();
        if kept.documents.insert(hash, document).is_some() {
            return;
        }
        kept.order.push_back(hash);
        if kept.order.len() > self.capacity
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.documents.remove(&oldest);
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // Nothing panics while it is held, and a half-done change would only cost a parse.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
