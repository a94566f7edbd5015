//! With the feature `embed-web`: lists the built pages, which `src/http/pages/source.rs` puts into the program. A crate
//! for it would bring three, and would neither notice new files nor say what to do where there are none.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::time::UNIX_EPOCH;
use std::{env, fs};

const DIST: &str = "web/dist";

/// What is asked for by name. The rest of the directory is for people, and what these ask for in `assets`.
const PAGES: [&str; 2] = ["graphiql.html", "index.html"];

#[expect(clippy::disallowed_methods, reason = "cargo talks to a build script by its environment")]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
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
        names.push(format!("assets/{}", entry?.file_name().to_str().ok_or("a file's name is no text")?));
    }
    // So that the program finds one by halving.
    names.sort_unstable();
    let mut list = String::new();
    for name in names {
        let path = dist.join(&name);
        let modified = fs::metadata(&path)?.modified()?.duration_since(UNIX_EPOCH)?;
        let (seconds, nanos) = (modified.as_secs(), modified.subsec_nanos());
        let path = path.to_str().ok_or("the project's path is no text")?;
        writeln!(list, "EmbeddedFile {{ path: {name:?}, bytes: include_bytes!({path:?}),")?;
        writeln!(list, "    modified: Duration::new({seconds}, {nanos}) }},")?;
    }
    let out = env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?;
    Ok(fs::write(Path::new(&out).join("pages.rs"), format!("&[\n{list}]"))?)
}

#[expect(clippy::unnecessary_wraps, reason = "cargo ends the build for what is printed")]
fn missing() -> Result<(), Box<dyn Error>> {
    println!("cargo::error=the feature `embed-web` needs the built web pages in {DIST}: `make web` builds them");
    Ok(())
}
