//! Files that came along with a request.
//!
//! Not the framework's `Upload`: that one finds its file by a number in a string, which any client can write. Here the
//! number is a value that neither JSON nor a document can express, so it cannot be forged.

use std::sync::Arc;

use async_graphql::{Context, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use bytes::Bytes;

/// One received file, whole. Its size was bounded while it arrived.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// What the client says its name is. Shown at most, never used as a path.
    pub name: Option<String>,
    pub bytes: Bytes,
}

/// The files of a request, in the order of its map.
#[derive(Clone, Debug, Default)]
pub struct UploadedFiles(Arc<[UploadedFile]>);

impl UploadedFiles {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Vec<UploadedFile>> for UploadedFiles {
    fn from(files: Vec<UploadedFile>) -> Self {
        Self(files.into())
    }
}

/// A file sent along by the multipart request specification. Variables hold null in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload(u8);

impl Upload {
    /// Returns the handle of the file at `index` as the value of a variable.
    pub fn placeholder(index: u8) -> Value {
        Value::Binary(Bytes::copy_from_slice(&[index]))
    }

    /// Returns the file behind this handle.
    pub fn file<'a>(self, ctx: &Context<'a>) -> Option<&'a UploadedFile> {
        ctx.data_opt::<UploadedFiles>()?.0.get(usize::from(self.0))
    }
}

/// A file sent along by the multipart request specification. Variables hold null in its place.
#[Scalar(specified_by_url = "https://github.com/jaydenseric/graphql-multipart-request-spec")]
impl ScalarType for Upload {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::Binary(bytes) if bytes.len() == 1 => Ok(Self(bytes[0])),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::Binary(bytes) if bytes.len() == 1)
    }

    fn to_value(&self) -> Value {
        Self::placeholder(self.0)
    }
}
