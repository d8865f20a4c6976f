//! Links the program to libtorch by path, so that no `LD_LIBRARY_PATH` is needed.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    // `make install` copies libtorch beside the program, so that it outlives the checkout.
    println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN/../lib/netviz");
    if let Ok(path) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{path}");
    }
    println!("cargo:rustc-link-arg=-Wl,--no-as-needed");
    println!("cargo:rustc-link-arg=-ltorch");
}
