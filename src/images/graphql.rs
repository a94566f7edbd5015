//! GraphQL for images.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::links::ImageLink;
use super::{Image, ImageId, ImageUse, rights, rules, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::upload::Upload;
use crate::graphql::{ContextExt, GlobalId, Nullable, Payload, UserError};
use crate::media::ImageSize;

/// Loads images by id, without checking who may see them.
pub struct ImageById;

impl Loaded for ImageById {
    type Key = ImageId;
    type Value = Image;

    async fn load(app: &App, ids: &[ImageId]) -> Result<HashMap<ImageId, Image>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|image| (image.id, image)).collect())
    }
}

/// Loads the images of objects, in the order in which they were attached. Does not check who may see them: a member who
/// may see the object may see its images.
pub struct ImagesOf;

impl Loaded for ImagesOf {
    type Key = ImageUse;
    type Value = Vec<Image>;

    async fn load(app: &App, uses: &[ImageUse]) -> Result<HashMap<ImageUse, Vec<Image>>> {
        let mut images: HashMap<ImageUse, Vec<Image>> = HashMap::new();
        for used in store::images_of(&app.db, uses.iter().map(|image_use| image_use.subject)).await? {
            images.entry(used.used_by).or_default().push(used.image);
        }
        Ok(images)
    }
}

/// Parses the ids for [`rules::attach`]: `None` for a malformed one.
pub fn image_ids(ids: &[ID]) -> Vec<Option<ImageId>> {
    ids.iter().map(ImageId::from_global).collect()
}

/// Returns an image by its id, or `None` if the viewer may not see it.
pub async fn visible_image(context: &Context<'_>, id: ImageId) -> Result<Option<Image>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    let Some(image) = context.load::<ImageById>(id).await? else { return Ok(None) };
    Ok(rights::can_member_view(context.app(), viewer.account, &image).await?.then_some(image))
}

/// An image: upright, and without the metadata of the uploaded file (location, camera, names).
#[Object]
impl Image {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// The media type: `image/jpeg`, or `image/png` if the image has transparency.
    fn media_type(&self) -> &'static str {
        self.media_type.as_str()
    }

    /// The width in pixels, of the size `FULL`.
    fn width(&self) -> i64 {
        self.width
    }

    /// The height in pixels, of the size `FULL`.
    fn height(&self) -> i64 {
        self.height
    }

    /// A thumbhash in base64, to display until the image is loaded.
    fn placeholder(&self) -> &str {
        &self.placeholder
    }

    /// The URL of the image, which needs no further authentication. It is issued for the viewer, valid for 10 minutes,
    /// and only as long as the viewer may see the image; callers who are not members receive one for images that everyone
    /// can see. Request it again instead of storing it.
    fn url(
        &self,
        context: &Context<'_>,
        #[graphql(default_with = "ImageSize::Medium", desc = "The size of the image.")] size: ImageSize,
    ) -> WebUrl {
        let app = context.app();
        let viewer = context.member().ok().map(|viewer| viewer.account);
        let link = ImageLink::new(self.id, size, viewer, app.clock.now());
        let mut url = app.config.public_url().clone();
        url.set_path(&format!("/media/{}/{}", *self.id.to_global(), size.name()));
        if let Some(viewer) = viewer {
            url.query_pairs_mut().append_pair("viewer", &viewer.to_global());
        }
        url.query_pairs_mut()
            .append_pair("expires", &link.expires.to_string())
            .append_pair("signature", &link.signature(&app.keys));
        url.into()
    }
}

/// The input of `uploadImage`.
#[derive(InputObject)]
struct UploadImageInput {
    /// A JPEG, PNG, WebP or GIF file of at most 16 MiB, 50 megapixels, 32,768 pixels a side and 100 frames. The server
    /// keeps the first frame of an animation, converts the colours to sRGB, and detects the type from the content, not
    /// from the file name. HEIC and AVIF are rejected.
    file: Upload,
}

/// The payload of `uploadImage`.
#[derive(Default, SimpleObject)]
struct UploadImagePayload {
    /// The stored image. Null if the input was rejected.
    image: Option<Image>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

/// The input of `deleteImage`.
#[derive(InputObject)]
struct DeleteImageInput {
    /// The id of the image.
    image_id: ID,
}

/// The payload of `deleteImage`.
#[derive(Default, SimpleObject)]
struct DeleteImagePayload {
    /// The global id of the deleted image. Null if the input was rejected.
    deleted_image_id: Option<ID>,
    /// The errors in the input. Empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UploadImagePayload, DeleteImagePayload);

#[derive(Debug, Default)]
pub struct ImageMutation;

#[Object]
impl ImageMutation {
    /// Uploads an image, to use its id in other mutations. Requires a multipart request with the header
    /// `GraphQL-Require-Preflight`. The server encodes the image again: upright, without metadata. An image without a
    /// use is removed after a day. At most 50 uploads an hour. A user can have 500 images and 200 MiB in total; beyond
    /// that, the upload is `QUOTA_EXCEEDED`. Codes: `QUOTA_EXCEEDED`, `TOO_LARGE`, `UNSUPPORTED_MEDIA`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn upload_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file.")] input: UploadImageInput,
    ) -> Nullable<UploadImagePayload> {
        let outcome = async {
            let viewer = context.member()?;
            let file = input.file.file(context).ok_or_else(|| {
                Error::BadInput("The file is missing. Send it as a part of a multipart request.".to_owned())
            })?;
            rules::upload(context.app(), &context.caller().client(), viewer, file.bytes.clone()).await
        };
        Payload::answer(outcome.await, |image| UploadImagePayload {
            image: Some(image),
            ..UploadImagePayload::default()
        })
    }

    /// Deletes an image of the viewer that nothing uses, so that it no longer counts towards the quota. `NOT_FOUND` at
    /// `imageId` if it does not exist or belongs to another user, `WRONG_STATE` if an avatar, a post, a message, a topic,
    /// a booking or a group shows it. Codes: `NOT_FOUND`, `WRONG_STATE`.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn delete_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The image to delete.")] input: DeleteImageInput,
    ) -> Nullable<DeleteImagePayload> {
        let id = ImageId::from_global(&input.image_id);
        let outcome = async { rules::delete_image(context.app(), context.member()?, id).await };
        Payload::answer(outcome.await, |image| DeleteImagePayload {
            deleted_image_id: Some(image.to_global()),
            ..DeleteImagePayload::default()
        })
    }
}
