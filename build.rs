//! Generates the types of the sentences (`build/sentences.rs`). With the feature `embed-web`, also generates the list of
//! the built web pages that `src/http/pages/source.rs` embeds into the program. The crates for this have three
//! dependencies, do not notice new files, and do not explain what to do if the pages are missing.

#[path = "build/sentences.rs"]
mod sentences;

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::time::UNIX_EPOCH;
use std::{env, fs};

const DIST: &str = "web/dist";

/// The pages. Everything that they load is in `assets`; the rest of the directory is not served.
const PAGES: [&str; 5] = ["graphiql.html", "index.html", "manifest.webmanifest", "offline.html", "service-worker.js"];

#[expect(clippy::disallowed_methods, reason = "cargo passes its parameters in the environment")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/sentences.rs");
    println!("cargo::rerun-if-changed={}", sentences::LOCALES);
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    match sentences::generate() {
        Ok(code) => fs::write(Path::new(&out).join("sentences.rs"), code)?,
        Err(faults) => faults.to_string().lines().for_each(|fault| println!("cargo::error={fault}")),
    }
    if !cfg!(feature = "embed-web") {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={DIST}");
    let Ok(dist) = fs::canonicalize(DIST) else { return missing() };
    if !PAGES.iter().all(|page| dist.join(page).is_file()) || !dist.join("assets").is_dir() {
        return missing();
    }

    let mut names = PAGES.map(str::to_owned).to_vec();
    for entry in fs::read_dir(dist.join("assets"))? {
        names.push(format!("assets/{}", entry?.file_name().to_str().ok_or("a file name is not UTF-8")?));
    }
    // The program looks names up by binary search.
    names.sort_unstable();
    let mut list = String::new();
    for name in names {
        let path = dist.join(&name);
        let modified = fs::metadata(&path)?.modified()?.duration_since(UNIX_EPOCH)?;
        let (seconds, nanos) = (modified.as_secs(), modified.subsec_nanos());
        let path = path.to_str().ok_or("the path of the project is not UTF-8")?;
        writeln!(list, "EmbeddedFile {{ path: {name:?}, bytes: include_bytes!({path:?}),")?;
        writeln!(list, "    modified: Duration::new({seconds}, {nanos}) }},")?;
    }
    Ok(fs::write(Path::new(&out).join("pages.rs"), format!("&[\n{list}]"))?)
}

#[expect(clippy::unnecessary_wraps, reason = "cargo fails the build because of the printed error")]
fn missing() -> Result<(), Box<dyn Error>> {
    println!("cargo::error=the feature `embed-web` needs the built web pages in {DIST}: run `make web` first");
    Ok(())
}
