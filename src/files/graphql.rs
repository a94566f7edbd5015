//! GraphQL for files.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::links::{DownloadLink, FILES};
use super::{Attachments, File, FileId, FileUse, rights, rules, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::upload::Upload;
use crate::graphql::{ContextExt, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::images::graphql::image_ids;

/// Loads files by id, without checking who may see them.
pub struct FileById;

impl Loaded for FileById {
    type Key = FileId;
    type Value = File;

    async fn load(app: &App, ids: &[FileId]) -> Result<HashMap<FileId, File>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|file| (file.id, file)).collect())
    }
}

/// Loads the files of objects, in the order in which they were attached. Does not check who may see them: a member who
/// may see the object may see its files.
pub struct FilesOf;

impl Loaded for FilesOf {
    type Key = FileUse;
    type Value = Vec<File>;

    async fn load(app: &App, uses: &[FileUse]) -> Result<HashMap<FileUse, Vec<File>>> {
        let mut files: HashMap<FileUse, Vec<File>> = HashMap::new();
        for used in store::files_of(&app.db, uses.iter().map(|file_use| file_use.subject)).await? {
            files.entry(used.used_by).or_default().push(used.file);
        }
        Ok(files)
    }
}

/// Parses the ids of `imageIds` and `fileIds`.
pub fn attachments(images: Option<&[ID]>, files: Option<&[ID]>) -> Attachments {
    Attachments {
        images: image_ids(images.unwrap_or_default()),
        files: files.unwrap_or_default().iter().map(FileId::from_global).collect(),
    }
}

/// Returns a file by its id, or `None` if the viewer may not see it.
pub async fn visible_file(context: &Context<'_>, id: FileId) -> Result<Option<File>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    let Some(file) = context.load::<FileById>(id).await? else { return Ok(None) };
    Ok(rights::can_member_view(context.app(), viewer.account, &file).await?.then_some(file))
}

/// A file for download, stored as it was uploaded.
#[Object]
impl File {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The size in bytes.
    fn byte_size(&self) -> i64 {
        self.bytes
    }

    /// The media type, detected from the content: `application/pdf`, `text/plain`, `application/zip`, or one of the types
    /// of Office Open XML and OpenDocument.
    fn media_type(&self) -> &'static str {
        self.media_type.as_str()
    }

    /// The file name: 1 to 120 characters, without a path, with an extension that matches the type.
    fn name(&self) -> &str {
        &self.name
    }

    /// The download URL, which needs no further authentication. It is issued for the viewer, valid for 10 minutes, and only
    /// as long as the viewer may see the file. The file is always sent as an attachment. Request the URL again instead of
    /// storing it.
    fn url(&self, context: &Context<'_>) -> Result<WebUrl, EdgeError> {
        let app = context.app();
        let viewer = context.signed_in()?.account;
        let link = DownloadLink::new(FILES, self.id.0, viewer, app.clock.now());
        Ok(link.url(app, &format!("/files/{}", *self.id.to_global())).into())
    }
}

/// The input of `uploadFile`.
#[derive(InputObject)]
struct UploadFileInput {
    /// A PDF, UTF-8 text (also CSV and Markdown), an Office Open XML or OpenDocument text, table or presentation without
    /// macros, or a ZIP archive; at most `ServerLimits.fileBytes`. The server detects the type from the content.
    file: Upload,
}

/// The payload of `uploadFile`.
#[derive(Default, SimpleObject)]
struct UploadFilePayload {
    /// The stored file; null when there are user errors.
    file: Option<File>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UploadFilePayload);

#[derive(Debug, Default)]
pub struct FileMutation;

#[Object]
impl FileMutation {
    /// Uploads a file for download, to use its id in other mutations: a PDF, text, an office document, a ZIP archive.
    /// Requires a multipart request with the header `GraphQL-Require-Preflight`. The rate limit and the quota are those of
    /// `uploadImage`, for images and files together. A file without a use is removed after a day. Codes:
    /// `QUOTA_EXCEEDED`, `TOO_LARGE`, `UNSUPPORTED_MEDIA`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn upload_file(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file.")] input: UploadFileInput,
    ) -> Nullable<UploadFilePayload> {
        let outcome = async {
            let viewer = context.member()?;
            let file = input.file.file(context).ok_or_else(|| {
                Error::BadInput("The file is missing. Send it as a part of a multipart request.".to_owned())
            })?;
            let content = (file.name.as_deref(), file.bytes.clone());
            rules::upload(context.app(), &context.caller().client(), viewer, content).await
        };
        Payload::answer(outcome.await, |file| UploadFilePayload { file: Some(file), ..UploadFilePayload::default() })
    }
}
