#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| netviz_fuzz::run("gguf", bytes));
