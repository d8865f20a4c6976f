//! Commands that `netviz` passes to its engine, with fake engines.

mod common;

use assert_cmd::Command;
use common::installed;
use tempfile::TempDir;

fn netviz(folder: &TempDir) -> Command {
    let mut command = Command::new(folder.path().join("netviz"));
    command.env("PATH", "/nowhere").current_dir(folder.path());
    command
}

#[test]
fn the_engine_beside_the_program_gets_the_arguments_and_gives_the_exit_code() {
    let folder = installed(Some("echo \"$@\"; exit 7"));
    for arguments in [&["train", "--epochs", "2", "a b"][..], &["evaluate", "runs/x"], &["predict", "runs/x", "y.png"]]
    {
        let expected = format!("{}\n", arguments.join(" "));
        netviz(&folder).args(arguments).assert().code(7).stdout(expected);
    }
}

#[test]
fn a_missing_engine_is_named_with_its_remedy() {
    let expected = "\
error: training needs the engine, `netviz-torch`, which is neither beside netviz nor on the PATH
help: build it with `make build`, or install both programs with `make install`

";
    netviz(&installed(None)).arg("train").assert().code(1).stdout("").stderr(expected);
}

/// A folder with `netviz` and a real program as its engine, linked to a library `libtorch_cpu.so` in `lib`.
fn linked() -> TempDir {
    let folder = installed(None);
    shell(
        &folder,
        "mkdir lib other
        echo 'int torch(void) { return 0; }' > torch.c
        echo 'int unlike(void) { return 0; }' > unlike.c
        printf '#include <stdio.h>\\nint torch(void); int main() { puts(\"libtorch 2.0\"); return torch(); }' > main.c
        cc -shared -fPIC torch.c -o lib/libtorch_cpu.so && cc -shared -fPIC unlike.c -o other/libtorch_cpu.so &&
        cc main.c -Llib -ltorch_cpu -Wl,-z,now,-rpath,$PWD/lib -o netviz-torch",
    );
    folder
}

/// Runs a script in the folder. No file is open for writing in this process: see `write_program`.
fn shell(folder: &TempDir, script: &str) {
    Command::new("sh").args(["-c", script]).current_dir(folder.path()).assert().success();
}

/// How each command that needs the engine fails, and what `netviz doctor` says.
fn refused(folder: &TempDir, library_path: Option<&str>) -> (String, String) {
    let run = |arguments: &[&str]| {
        let mut command = netviz(folder);
        command.env_remove("LD_LIBRARY_PATH").envs(library_path.map(|path| ("LD_LIBRARY_PATH", path)));
        let output = command.args(arguments).assert().code(1).get_output().clone();
        let text =
            |bytes| String::from_utf8(bytes).expect("text").replace(folder.path().to_str().expect("text"), "DIR");
        (text(output.stdout), text(output.stderr))
    };
    let messages = [&["train"][..], &["evaluate", "run"], &["predict", "run", "a.png"]].map(run);
    assert!(messages.iter().all(|message| *message == messages[0] && message.0.is_empty()), "{messages:?}");
    let [(_, message), ..] = messages;
    (message, run(&["doctor"]).0)
}

const LIBTORCH_REMEDY: &str = "help: `netviz doctor` checks the installation; get libtorch again with `make build`, or \
                               set LD_LIBRARY_PATH to the lib folder of one of your own\n\n";

#[test]
fn a_libtorch_that_is_found_is_loaded() {
    let folder = linked();
    netviz(&folder).arg("train").assert().success().stdout("libtorch 2.0\n").stderr("");
    shell(&folder, "mv lib moved");
    netviz(&folder).arg("train").env("LD_LIBRARY_PATH", "moved").assert().success().stdout("libtorch 2.0\n").stderr("");
}

#[test]
fn a_libtorch_that_is_not_found_is_named_with_its_remedy() {
    let folder = linked();
    let expected = "libtorch was not found: the engine needs libtorch_cpu.so";
    let told = |(message, report): (String, String)| {
        assert_eq!(message, format!("error: {expected}\n{LIBTORCH_REMEDY}"));
        assert!(
            report.contains(&format!("✗ libtorch  {expected}; run `make build`, or set LD_LIBRARY_PATH")),
            "{report}"
        );
    };
    // For another processor, by the machine in the file's header.
    shell(&folder, "printf '\\267' | dd of=lib/libtorch_cpu.so bs=1 seek=18 conv=notrunc status=none");
    told(refused(&folder, None));
    shell(&folder, "rm -r lib");
    told(refused(&folder, None));
    told(refused(&folder, Some("/nowhere")));
}

#[test]
fn a_libtorch_that_does_not_load_is_explained() {
    let folder = linked();
    let (message, report) = refused(&folder, Some("other"));
    let expected = "`other/libtorch_cpu.so`, which LD_LIBRARY_PATH names, cannot be loaded: DIR/netviz-torch: undefined \
                    symbol: torch";
    assert_eq!(message, format!("error: {expected}\n{LIBTORCH_REMEDY}"));
    assert!(report.contains(&format!("✗ libtorch  {expected}; ")), "{report}");

    for (length, expected) in [
        ("$(($(wc -c < lib/libtorch_cpu.so) - 1))", "`DIR/lib/libtorch_cpu.so` is damaged: it is shorter than it says"),
        ("0", "libtorch cannot be loaded: DIR/lib/libtorch_cpu.so: file too short"),
    ] {
        shell(&folder, &format!("truncate --size={length} lib/libtorch_cpu.so"));
        let (message, report) = refused(&folder, None);
        assert_eq!(message, format!("error: {expected}\n{LIBTORCH_REMEDY}"));
        assert!(report.contains(&format!("✗ libtorch  {expected}; ")), "{report}");
    }
}

#[test]
fn an_engine_that_cannot_be_run_is_named_with_its_remedy() {
    let folder = linked();
    for (script, why, remedy) in [
        ("chmod -x netviz-torch", "permission denied", "make it a program: `chmod +x DIR/netviz-torch`"),
        (
            "chmod +x netviz-torch; printf '\\267' | dd of=netviz-torch bs=1 seek=18 conv=notrunc status=none",
            "exec format error",
            "build it for this machine with `make build`",
        ),
    ] {
        shell(&folder, script);
        let (message, report) = refused(&folder, None);
        assert_eq!(message, format!("error: cannot run `DIR/netviz-torch`: {why}\nhelp: {remedy}\n\n"));
        assert!(
            report.starts_with(&format!("✗ engine    DIR/netviz-torch cannot be run: {why}; {remedy}\n✗ libtorch")),
            "{report}"
        );
    }
}
