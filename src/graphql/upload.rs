//! The files of a multipart request.
//!
//! Not the framework's `Upload`: it finds its file by a number in a string, which a client can forge. Here the number is a
//! binary value, which neither JSON nor a document can express.

use std::sync::Arc;

use async_graphql::{Context, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use bytes::Bytes;

/// A received file.
#[derive(Clone, Debug)]
pub struct UploadedFile {
    /// The name that the client gave. Never use it as a path.
    pub name: Option<String>,
    /// `None` if the files of the request are larger than the server accepts. Their size was limited while they were received.
    pub bytes: Option<Bytes>,
}

/// The files of a request, in the order of `map`.
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

/// The index of a file in [`UploadedFiles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload(u8);

impl Upload {
    /// Returns the variable value that refers to the file at `index`.
    pub fn placeholder(index: u8) -> Value {
        Value::Binary(Bytes::copy_from_slice(&[index]))
    }

    pub fn file<'a>(self, ctx: &Context<'a>) -> Option<&'a UploadedFile> {
        ctx.data_opt::<UploadedFiles>()?.0.get(usize::from(self.0))
    }
}

/// A file, sent by the GraphQL multipart request specification. In the JSON of the request its variable is null.
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
