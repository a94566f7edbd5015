//! Pictures in the graph.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::links::Link;
use super::{Image, ImageId, ImageUse, rights, rules, store};
use crate::app::App;
use crate::error::{Error, Result};
use crate::graphql::access::{self, Access};
use crate::graphql::loader::Loaded;
use crate::graphql::scalars::WebUrl;
use crate::graphql::upload::Upload;
use crate::graphql::{ContextExt, EdgeError, GlobalId, Nullable, Payload, UserError};
use crate::media::Size;

/// Loads images by id, whoever may see them.
pub struct ImageById;

impl Loaded for ImageById {
    type Key = ImageId;
    type Value = Image;

    async fn load(app: &App, ids: &[ImageId]) -> Result<HashMap<ImageId, Image>> {
        Ok(store::by_ids(&app.db, ids).await?.into_iter().map(|image| (image.id, image)).collect())
    }
}

/// Loads the images of things, each thing's in their order. Whoever may see the thing may see them.
pub struct ImagesOf;

impl Loaded for ImagesOf {
    type Key = ImageUse;
    type Value = Vec<Image>;

    async fn load(app: &App, uses: &[ImageUse]) -> Result<HashMap<ImageUse, Vec<Image>>> {
        let mut images: HashMap<ImageUse, Vec<Image>> = HashMap::new();
        for shown in store::shown_at(&app.db, uses.iter().map(|shown| shown.subject)).await? {
            images.entry(shown.at).or_default().push(shown.image);
        }
        Ok(images)
    }
}

/// Reads ids as [`rules::attach`] wants them.
pub fn image_ids(ids: &[ID]) -> Vec<Option<ImageId>> {
    ids.iter().map(ImageId::from_global).collect()
}

/// Returns an image by its id, if the viewer may see it.
///
/// # Errors
/// When the database does not answer.
pub async fn visible_image(context: &Context<'_>, id: ImageId) -> Result<Option<Image>> {
    let Ok(viewer) = context.member() else { return Ok(None) };
    let Some(image) = context.load::<ImageById>(id).await? else { return Ok(None) };
    Ok(rights::is_shown_to(context.app(), viewer.account, &image).await?.then_some(image))
}

/// A picture: upright, and without whatever else the uploaded file told (place, camera, names).
#[Object]
impl Image {
    /// The global id.
    pub async fn id(&self) -> ID {
        self.id.to_global()
    }

    /// `image/jpeg`, or `image/png` where the picture is transparent.
    async fn media_type(&self) -> &'static str {
        self.media_type.as_str()
    }

    /// Pixels from left to right, in the size FULL.
    async fn width(&self) -> i64 {
        self.width
    }

    /// Pixels from top to bottom, in the size FULL.
    async fn height(&self) -> i64 {
        self.height
    }

    /// What to show until the picture is there: a thumbhash in base64.
    async fn placeholder(&self) -> &str {
        &self.placeholder
    }

    /// Where the picture is. The address is made for the viewer, is good for 10 minutes, and stops working when the
    /// viewer may no longer see the picture. Ask again instead of keeping it.
    fn url(
        &self,
        context: &Context<'_>,
        #[graphql(default_with = "Size::Medium", desc = "How large it should be.")] size: Size,
    ) -> Result<WebUrl, EdgeError> {
        let app = context.app();
        let viewer = context.signed_in()?.account;
        let link = Link::new(self.id, size, viewer, app.clock.now());
        let mut url = app.config.public_url().clone();
        url.set_path(&format!("/media/{}/{}", *self.id.to_global(), size.name()));
        url.query_pairs_mut()
            .append_pair("viewer", &viewer.to_global())
            .append_pair("expires", &link.expires.to_string())
            .append_pair("signature", &link.signature(&app.keys));
        Ok(WebUrl(url))
    }
}

/// The picture to upload.
#[derive(InputObject)]
struct UploadImageInput {
    /// A JPEG, PNG, WebP or GIF file (of an animation, the first frame) of at most 8 MiB, 25 megapixels, 8,192 pixels a
    /// side and 100 frames. What it contains decides, not what it is called.
    file: Upload,
}

/// The answer to `uploadImage`.
#[derive(Default, SimpleObject)]
struct UploadImagePayload {
    /// The picture as it is stored; null when refused.
    image: Option<Image>,
    /// What to correct; empty on success.
    user_errors: Vec<UserError>,
}

crate::payloads!(UploadImagePayload);

#[derive(Debug, Default)]
pub struct ImageMutation;

#[Object]
impl ImageMutation {
    /// Uploads a picture, to be named by its id in other mutations. A multipart request with the header
    /// `GraphQL-Require-Preflight`. The file is encoded anew: turned upright, without metadata. A picture that nothing
    /// shows is removed after a day. At most 50 uploads an hour; 500 pictures and 200 MB in all, `QUOTA_EXCEEDED` beyond.
    #[graphql(directive = access::allow::apply(Access::Member))]
    async fn upload_image(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The file.")] input: UploadImageInput,
    ) -> Nullable<UploadImagePayload> {
        let outcome = async {
            let viewer = context.member()?;
            let file = input.file.file(context).ok_or_else(|| Error::BadInput("The file is missing.".to_owned()))?;
            rules::upload(context.app(), &context.caller().client(), viewer, file.bytes.clone()).await
        };
        Payload::answer(outcome.await, |image| UploadImagePayload {
            image: Some(image),
            ..UploadImagePayload::default()
        })
    }
}
