//! Links the program to libtorch by path, so that no `LD_LIBRARY_PATH` is needed.

use std::path::Path;

fn main() {
    let libraries = std::env::var("DEP_TCH_LIBTORCH_LIB").ok();
    println!("cargo:rustc-env=NETVIZ_LIBTORCH_VERSION={}", version(libraries.as_deref()));
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    // `make install` copies libtorch to `../lib/netviz`, so the program works without the checkout.
    println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN/../lib/netviz");
    if let Some(path) = libraries {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{path}");
    }
    println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
    println!("cargo:rustc-link-arg=-ltorch");
}

/// The version of libtorch, from the file `build-version` that every distribution has beside `lib`.
fn version(libraries: Option<&str>) -> String {
    let file = libraries.and_then(|path| Path::new(path).parent()).map(|prefix| prefix.join("build-version"));
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    text.map_or_else(|| "of unknown version".into(), |text| text.trim().to_owned())
}
