//! Images: upload, attaching, links, and garbage collection.

mod attaching;
mod avatars;
mod colours;
mod deleting;
mod files;
mod gc;
mod links;
mod nodes;

use std::path::PathBuf;

use async_graphql::ID;
use serde_json::Value;
use studyhall::accounts::{AccountId, Role, SessionId, Viewer};
use studyhall::effects::Effects;
use studyhall::error::{Error, Problem, Result};
use studyhall::graphql::GlobalId;
use studyhall::images::{ImageId, ImageUse, ImageUseKind, rules};

use crate::support::{Campus, Person};

/// A post that shows images.
fn post(id: i64) -> ImageUse {
    ImageUse::new(ImageUseKind::Post, id)
}

async fn viewer(person: &Person) -> Viewer {
    let id = person.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone();
    let account = AccountId::from_global(&ID::from(id.as_str().expect("an id"))).expect("an id of a user");
    let authenticated_at = studyhall::clock::Timestamp(0);
    Viewer { account, session: SessionId(0), role: Role::Member, authenticated_at, locale: None }
}

fn image_id(image: &Value) -> Option<ImageId> {
    ImageId::from_global(&ID::from(image["id"].as_str().expect("an id")))
}

/// Attaches images in a transaction, like the slices that show images.
async fn attach(campus: &Campus, person: &Person, images: &[Option<ImageId>], to: ImageUse) -> Result<Vec<ImageId>> {
    let viewer = viewer(person).await;
    let mut tx = campus.app.db.write().await?;
    let attached = rules::attach(&mut tx, viewer, images, to, "imageIds").await?;
    campus.app.commit(tx, Effects::default()).await?;
    Ok(attached)
}

async fn detach(campus: &Campus, of: ImageUse) {
    let mut tx = campus.app.db.write().await.expect("a transaction");
    rules::detach_all(&mut tx, of, &campus.app).await.expect("it detaches");
    campus.app.commit(tx, Effects::default()).await.expect("it commits");
}

/// Returns the problems of a rejected change, as `Code path`.
fn refusals<T>(outcome: Result<T>) -> Vec<String> {
    let problems = match outcome {
        Ok(_) => return Vec::new(),
        Err(Error::Refused(problems)) => problems,
        Err(other) => panic!("{other:?}"),
    };
    let describe = |problem: Problem| format!("{:?} {}", problem.code, problem.path.unwrap_or_default().join("."));
    problems.into_iter().map(describe).collect()
}

/// Returns the files of the media store and their directories.
fn stored(campus: &Campus) -> Vec<PathBuf> {
    let mut pending = vec![campus.app.config.data_dir.join("media")];
    let mut found = Vec::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()));
        }
        found.push(path);
    }
    found
}

fn stored_files(campus: &Campus) -> usize {
    stored(campus).iter().filter(|path| path.is_file()).count()
}
