//! Libraries that the program `netviz` loads at startup.

use std::process::Command;

#[test]
fn the_program_is_not_linked_to_libtorch() {
    let output = Command::new("ldd").arg(env!("CARGO_BIN_EXE_netviz")).output().expect("ldd is part of libc");
    let libraries = String::from_utf8_lossy(&output.stdout);
    assert!(libraries.contains("libc.so"), "{libraries}");
    for name in ["torch", "libc10", "libgomp", "libcud"] {
        assert!(!libraries.contains(name), "{name} costs every picture 0.2 s:\n{libraries}");
    }
}

/// Pictures look the same everywhere, because no library looks for system fonts.
#[test]
fn the_program_is_not_linked_to_fonts_of_the_system() {
    let output = Command::new("ldd").arg(env!("CARGO_BIN_EXE_netviz")).output().expect("ldd is part of libc");
    let libraries = String::from_utf8_lossy(&output.stdout);
    for name in ["fontconfig", "freetype", "cairo", "pango", "libX"] {
        assert!(!libraries.contains(name), "{name}:\n{libraries}");
    }
}
