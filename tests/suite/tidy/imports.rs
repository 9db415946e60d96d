//! Imports between the files of a crate.
//!
//! An edge leads from a file to a file that it names by a path: `crate::…`, `super::…`, `self::…`, or a path that
//! begins with a child. A re-export is no import, because the name belongs to the exporting module. An edge from a
//! child to its parent is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::ratchet::{MOST_FILES_IN_CIRCLES, hold};
use super::scanner::is_word;
use super::source::{Source, sources};

/// Most files of a circle that a finding names.
const SHOWN: usize = 12;

/// The path of a module below its crate: empty for the root, `decide::launch`.
type Module = Vec<String>;

/// The code of each module of a crate.
type Modules = BTreeMap<Module, String>;

#[test]
fn files_import_each_other_in_one_direction() {
    let sources = sources();
    let crates: BTreeSet<String> = sources.iter().map(Source::crate_path).collect();
    let mut found = Vec::new();

    for crate_path in crates.iter().filter(|path| *path != "tests") {
        let modules = modules(&sources, crate_path);
        for circle in circles(&edges(&modules)) {
            let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
            let others = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
            let line =
                |name| format!("{crate_path}: {name}, in a circle of {}: {others}", names.len());
            found.extend(names.iter().map(line));
        }
    }

    hold("MOST_FILES_IN_CIRCLES", MOST_FILES_IN_CIRCLES, &found);
}

fn modules(sources: &[Source], crate_path: &str) -> Modules {
    let folder = format!("{crate_path}/src/");
    let files =
        sources.iter().filter_map(|source| Some((source.path.strip_prefix(&folder)?, source)));
    let mut modules = Modules::from([(Module::new(), String::new())]);
    for (file, source) in files {
        // A visibility such as `pub(in crate::decide)` names a module, and imports nothing.
        let code = source.product_code().replace("pub(in crate::", "pub(");
        modules.entry(module(file)).or_default().push_str(&code);
    }
    modules
}

/// Returns the module of a file: `decide/mod.rs` and `decide.rs` are `decide`.
fn module(file: &str) -> Module {
    let name = file.trim_end_matches(".rs").trim_end_matches("/mod");
    name.split('/').filter(|part| !["lib", "main"].contains(part)).map(str::to_owned).collect()
}

fn edges(modules: &Modules) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut edges: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, code) in modules {
        let named = paths(&without_re_exports(code))
            .into_iter()
            .filter_map(|path| absolute(module, &path, modules));
        let to = named.map(|path| longest_known(&path, modules)).filter(|other| {
            let is_parent =
                module.split_last().is_some_and(|(_, parent)| parent == other.as_slice());
            !is_parent && other != module
        });
        edges.insert(module.clone(), to.collect());
    }
    edges
}

/// Returns the longest part of a path that is a module.
fn longest_known(path: &[String], modules: &Modules) -> Module {
    let known = (0..=path.len()).rev().find(|n| modules.contains_key(&path[..*n]));
    path[..known.unwrap_or(0)].to_vec()
}

/// Returns a path from the root of the crate. None for a path into another crate.
fn absolute(module: &[String], path: &[String], modules: &Modules) -> Option<Module> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let first = path.first()?.as_str();
    let (base, rest) = match first {
        "crate" => (&module[..0], &path[1..]),
        "self" => (module, &path[1..]),
        "super" => (&module[..module.len().checked_sub(ups)?], &path[ups..]),
        child if modules.contains_key(&[module, &[child.to_owned()]].concat()) => (module, path),
        _ => return None,
    };
    Some([base, rest].concat())
}

/// Returns a code without `pub use …;`.
fn without_re_exports(code: &str) -> String {
    let mut kept = String::new();
    let mut re_exports = false;
    for line in code.split_inclusive('\n') {
        let begins = line.trim_start();
        re_exports |= begins.starts_with("pub") && begins.contains(" use ");
        if !re_exports {
            kept.push_str(line);
        }
        re_exports &= !line.contains(';');
    }
    kept
}

/// Returns all paths in a code, also those in braces.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut open: Vec<Vec<String>> = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let word = rest.len() - rest.trim_start_matches(is_word).len();
        if word > 0 {
            path.push(rest[..word].to_owned());
            rest = &rest[word..];
        } else if let Some(after) = rest.strip_prefix("::") {
            rest = after;
            continue;
        } else if c == '{' && code[..code.len() - rest.len()].ends_with("::") {
            open.push(std::mem::take(&mut path));
            path = open.last().cloned().unwrap_or_default();
            rest = &rest[1..];
            continue;
        } else {
            if c == '}' && !open.is_empty() {
                open.pop();
            }
            rest = &rest[c.len_utf8()..];
        }
        if !rest.starts_with("::") {
            let begun = open.last().cloned().unwrap_or_default();
            let ended = std::mem::replace(&mut path, begun);
            if ended.len() > 1 {
                found.push(ended);
            }
        }
    }
    found
}

/// Returns the circles: the sets of modules in which each module leads to all others.
fn circles(edges: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<BTreeSet<Module>> {
    let reached: BTreeMap<&Module, BTreeSet<Module>> =
        edges.keys().map(|module| (module, reached(module, edges))).collect();
    let circle = |module: &Module| -> BTreeSet<Module> {
        let back = reached[module].iter().filter(|other| reached[other].contains(module));
        back.cloned().collect()
    };
    edges.keys().map(circle).filter(|circle| circle.len() > 1).collect()
}

fn reached(from: &Module, edges: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&Module> = vec![from];
    while let Some(module) = next.pop() {
        next.extend(edges[module].iter().filter(|module| found.insert((*module).clone())));
    }
    found
}

#[test]
fn circle_of_two_modules_is_seen() {
    let code = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod deep;\npub use deep::Name;\nfn f() { deep::g() }"),
        ("a/deep.rs", "use crate::b::{self, Other};"),
        ("b.rs", "use crate::a::Name;"),
    ];
    let modules = code.map(|(file, code)| (module(file), code.to_owned())).into();

    let circles = circles(&edges(&modules));

    let names: Vec<String> = circles.iter().flatten().map(|module| module.join("::")).collect();
    assert_eq!(names, ["a", "a::deep", "b"]);
}

#[test]
fn re_export_is_no_import() {
    let code = [
        ("a/mod.rs", "mod deep;\npub use deep::{\n    Name,\n};"),
        ("a/deep.rs", "use crate::b::Other;"),
        ("b.rs", "use crate::a::Name;"),
    ];
    let modules = code.map(|(file, code)| (module(file), code.to_owned())).into();

    assert!(circles(&edges(&modules)).is_empty());
}

#[test]
fn child_that_names_its_parent_is_no_circle() {
    let code = [("a/mod.rs", "mod deep; fn f() { deep::g() }"), ("a/deep.rs", "use super::Name;")];
    let modules = code.map(|(file, code)| (module(file), code.to_owned())).into();

    assert!(circles(&edges(&modules)).is_empty());
}
