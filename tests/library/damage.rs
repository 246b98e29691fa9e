//! A changed byte anywhere is named, or changes nothing that is answered.

use leitong::library::{
    CheckOptions, Library, LibraryWriter, OnConflict, Settings, StoredDocument,
};

use super::{articles, corpus, ctx};

/// What a check says, in comparable form.
fn answer(library: &Library, draft: &StoredDocument) -> leitong::Result<String> {
    let check = library.check(draft, &CheckOptions::default(), &ctx())?;
    let near: Vec<_> = check
        .near
        .iter()
        .map(|near| {
            (
                check.id_of(near.doc).to_owned(),
                near.pair.shared,
                near.relation,
            )
        })
        .collect();
    let passages: Vec<_> = check
        .passages
        .iter()
        .map(|passage| {
            (
                check.id_of(passage.b).to_owned(),
                passage.span_a,
                passage.span_b,
            )
        })
        .collect();
    Ok(format!("{near:?} {passages:?} {:?}", check.shares.total))
}

#[test]
fn a_changed_byte_is_named_and_never_a_wrong_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let mut documents = articles(330, 4);
    for document in &mut documents {
        document.text = document.text.chars().take(200).collect();
    }
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    writer
        .add_corpus(&corpus(&documents[..320]), OnConflict::Skip, &ctx())
        .unwrap();
    writer.compact(true, &ctx()).unwrap();
    writer
        .add(documents[320..].to_vec(), OnConflict::Skip)
        .unwrap();
    drop(writer);
    let drafts: Vec<&StoredDocument> = documents.iter().step_by(29).collect();
    let library = Library::open(&path).unwrap();
    let expected: Vec<String> = drafts
        .iter()
        .map(|draft| answer(&library, draft).unwrap())
        .collect();
    drop(library);
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state = leitong::hash::mix(state.wrapping_add(1));
        (state % below as u64) as usize
    };
    let mut files: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        if bytes.is_empty() {
            continue;
        }
        for nth in 0..40 {
            // The head too, and the very end.
            let at = match nth {
                0..10 => next(bytes.len().min(500)),
                10 => bytes.len() - 1,
                _ => next(bytes.len()),
            };
            let mut changed = bytes.clone();
            changed[at] ^= 1 << next(8);
            // A new file: the old one may still be mapped.
            std::fs::remove_file(&file).unwrap();
            std::fs::write(&file, &changed).unwrap();
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let opened = Library::open(&path);
            let is_named = match &opened {
                Err(error) => {
                    assert!(error.to_string().contains(&name), "{error}");
                    true
                }
                Ok(library) => match library.verify(&ctx()) {
                    Err(error) => {
                        assert!(error.to_string().contains(&name), "{error}");
                        true
                    }
                    // Only the last record of the log may look as if it had
                    // been cut, and that is told.
                    Ok(()) => name.ends_with(".log") && library.torn_bytes() > 0,
                },
            };
            assert!(is_named, "byte {at} of {name}");
            if let Ok(library) = opened
                && library.torn_bytes() == 0
            {
                for (draft, expected) in drafts.iter().zip(&expected) {
                    if let Ok(answer) = answer(&library, draft) {
                        assert_eq!(&answer, expected, "byte {at} of {name}");
                    }
                }
            }
        }
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, &bytes).unwrap();
    }
    assert!(Library::open(&path).unwrap().verify(&ctx()).is_ok());
}

#[test]
fn a_torn_log_is_cut_by_the_next_writer_and_harms_no_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let documents = articles(6, 9);
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    writer
        .add(documents[..5].to_vec(), OnConflict::Skip)
        .unwrap();
    drop(writer);
    let log = path.join("00000001.log");
    let whole = std::fs::read(&log).unwrap();
    std::fs::write(&log, [&whole[..], &whole[24..90]].concat()).unwrap();
    let library = Library::open(&path).unwrap();
    assert_eq!((library.len(), library.torn_bytes()), (5, 66));
    library.verify(&ctx()).unwrap();
    let mut writer = LibraryWriter::open(&path).unwrap();
    writer
        .add(documents[5..].to_vec(), OnConflict::Skip)
        .unwrap();
    drop(writer);
    let library = Library::open(&path).unwrap();
    assert_eq!((library.len(), library.torn_bytes()), (6, 0));
}

#[test]
fn a_damaged_register_is_refused_until_compact_makes_it_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.ltx");
    let documents = articles(300, 9);
    let mut writer = LibraryWriter::create(&path, Settings::default()).unwrap();
    writer.add(documents, OnConflict::Skip).unwrap();
    writer.compact(true, &ctx()).unwrap();
    let expected = writer.library().register().unwrap().phrases().to_vec();
    drop(writer);
    let is_register =
        |path: &std::path::PathBuf| path.extension().is_some_and(|one| one == "phrases");
    let mut files = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let register = files.find(is_register).unwrap();
    let mut bytes = std::fs::read(&register).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&register, bytes).unwrap();
    let error = Library::open(&path).err().unwrap().to_string();
    assert!(error.contains("leitong index compact"), "{error}");
    assert!(LibraryWriter::open(&path).is_err());
    let mut writer = LibraryWriter::open_to_compact(&path).unwrap();
    writer.compact(true, &ctx()).unwrap();
    drop(writer);
    let library = Library::open(&path).unwrap();
    assert_eq!(library.register().unwrap().phrases(), expected);
    assert_eq!(library.len(), 300);
}
