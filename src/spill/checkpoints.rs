//! Finished stages of a run, kept in a folder with names, so that a run that
//! ended early goes on where it was.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xxhash_rust::xxh3::Xxh3;

use crate::error::{Error, Result};

/// The file that says what the stages were made from. Names that begin with `_`
/// are ignored in folders of INPUT, in case this one lies in such a folder.
const MADE_FROM: &str = "_run.txt";

/// How the name of a stage's file begins, and ends until it is whole.
const STAGE: &str = "_stage-";
const PART: &str = ".part";

/// The head of a stage's file: its format, then the key of what it was made
/// from, the bytes of its content and their XXH3, 8 bytes each.
const MAGIC: [u8; 8] = *b"LTSTAGE1";
const HEAD_LEN: u64 = 32;

/// A folder of finished stages, and what became of them in this run.
#[derive(Debug)]
pub struct Checkpoints {
    dir: PathBuf,
    key: u64,
    history: Mutex<History>,
}

#[derive(Debug, Default)]
struct History {
    reused: Vec<&'static str>,
    troubles: Vec<String>,
}

impl Checkpoints {
    /// Returns the stages that a run left in a folder, which is created if it
    /// is not there. `made_from` has a line for everything that decides what
    /// the stages are: the version, the options, and every input.
    ///
    /// # Errors
    ///
    /// Fails if the folder holds the stages of a run with other lines, or
    /// anything that is no stage, or if it can't be read or written.
    pub fn open(dir: &Path, made_from: &[String]) -> Result<Self> {
        let failed = |source| Error::Output {
            path: dir.to_owned(),
            source,
        };
        let text: String = made_from
            .iter()
            .flat_map(|line| [line.as_str(), "\n"])
            .collect();
        let path = dir.join(MADE_FROM);
        match fs::read(&path) {
            Ok(earlier) => refuse_others(dir, &String::from_utf8_lossy(&earlier), made_from)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(dir).map_err(failed)?;
                refuse_strangers(dir)?;
                // A run that had ended was killed while it removed these.
                remove_ours(dir).map_err(failed)?;
                write_whole(&path, |out| out.write_all(text.as_bytes())).map_err(failed)?;
            }
            Err(error) => return Err(failed(error)),
        }
        Ok(Checkpoints {
            dir: dir.to_owned(),
            key: xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
            history: Mutex::default(),
        })
    }

    /// Returns a stage as an earlier run kept it, or makes it and keeps it.
    ///
    /// `of` stands for what the stage was made from beside the lines that the
    /// folder was opened with. A file that is damaged, or of something else, is
    /// not used. A stage that can't be kept is no error: the run has it.
    ///
    /// # Errors
    ///
    /// Fails as `make` does.
    pub(crate) fn stage<T>(
        &self,
        name: &'static str,
        of: u64,
        make: impl FnOnce() -> Result<T>,
        read: impl FnOnce(&mut dyn Read) -> io::Result<T>,
        write: impl FnOnce(&T, &mut dyn Write) -> io::Result<()>,
    ) -> Result<T> {
        let path = self.dir.join(format!("{STAGE}{name}"));
        let key = crate::hash::mix(self.key ^ crate::hash::mix(of));
        match read_stage(&path, key, read) {
            Ok(stage) => {
                self.history().reused.push(name);
                return Ok(stage);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => self.history().troubles.push(format!(
                "{}: not used ({error}), so this stage was done again",
                path.display()
            )),
        }
        let stage = make()?;
        if let Err(error) = write_stage(&path, key, |out| write(&stage, out)) {
            self.history().troubles.push(format!(
                "{}: not kept ({error}), so a run that resumes does this stage again",
                path.display()
            ));
        }
        Ok(stage)
    }

    /// Returns the names of the stages that were taken over.
    pub fn reused(&self) -> Vec<&'static str> {
        self.history().reused.clone()
    }

    /// Returns what could not be used or kept, one sentence each.
    pub fn troubles(&self) -> Vec<String> {
        self.history().troubles.clone()
    }

    /// Removes the stages, and the folder if nothing else is in it: the run
    /// has written its outputs.
    ///
    /// # Errors
    ///
    /// Fails if a file can't be removed.
    pub fn remove(&self) -> Result<()> {
        let failed = |source| Error::Output {
            path: self.dir.clone(),
            source,
        };
        // Stages without the file that says what they are of are never used.
        fs::remove_file(self.dir.join(MADE_FROM)).map_err(failed)?;
        remove_ours(&self.dir).map_err(failed)?;
        match fs::remove_dir(&self.dir) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(failed(error)),
            _ => Ok(()),
        }
    }

    fn history(&self) -> MutexGuard<'_, History> {
        // Lists are whole after any panic.
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_ours(name: &str) -> bool {
    name.starts_with(STAGE) || name.starts_with(MADE_FROM)
}

/// Removes what runs have left in a folder.
fn remove_ours(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if is_ours(&entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Returns an error if the lines are not those of the earlier run; it names the
/// first that differs.
fn refuse_others(dir: &Path, earlier: &str, made_from: &[String]) -> Result<()> {
    let earlier: Vec<&str> = earlier.lines().collect();
    if earlier == made_from {
        return Ok(());
    }
    let lines = earlier.len().max(made_from.len());
    let (then, now) = (0..lines)
        .map(|at| (earlier.get(at), made_from.get(at)))
        .find(|(then, now)| then.copied() != now.map(String::as_str))
        .unwrap_or_default();
    let then = then.copied().unwrap_or("nothing more");
    let now = now.map_or("nothing more", String::as_str);
    let [then, now] = what_differs(then, now);
    Err(Error::Option {
        option: "`resume`".to_owned(),
        what: format!(
            "{} holds stages of another run, which had [{then}] where this one has [{now}]; run it as it was, or remove the folder to begin anew",
            dir.display()
        ),
    })
}

/// Returns the first setting that differs between two lines, in each of them, and
/// what it is a setting of: a line may have a hundred.
fn what_differs(then: &str, now: &str) -> [String; 2] {
    let settings = |line: &str| -> Vec<String> {
        let parts = line.split([',', '{', '}']).map(str::trim);
        parts.map(str::to_owned).collect()
    };
    let of_line = [settings(then), settings(now)];
    let places = of_line[0].len().max(of_line[1].len());
    let at = (0..places).find(|at| of_line[0].get(*at) != of_line[1].get(*at));
    of_line.map(|settings| match at {
        Some(at) if at > 0 && settings.len() > at => {
            let of = settings[0].split(':').next().unwrap_or("");
            let of = if of == "input" { &settings[0] } else { of };
            format!("{of}, {}", settings[at])
        }
        _ => settings.join(", "),
    })
}

/// Returns an error if anything in a folder was not left there by a run.
fn refuse_strangers(dir: &Path) -> Result<()> {
    let failed = |source| Error::Output {
        path: dir.to_owned(),
        source,
    };
    for entry in fs::read_dir(dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if !is_ours(&name.to_string_lossy()) {
            return Err(Error::Option {
                option: "`resume`".to_owned(),
                what: format!(
                    "{} holds {name:?}, which is no stage of a run; name a new or an empty folder",
                    dir.display()
                ),
            });
        }
    }
    Ok(())
}

/// Writes a file that gets its name only when all of it is on the disk.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let mut part = path.as_os_str().to_owned();
    part.push(PART);
    let mut out = BufWriter::new(File::create(&part)?);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    fs::rename(&part, path)
}

/// Passes bytes on, and keeps their number and their hash.
struct Hashing<'a, W> {
    out: &'a mut W,
    hash: Xxh3,
    len: u64,
}

impl<W: Write> Write for Hashing<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_stage(
    path: &Path,
    key: u64,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    write_whole(path, |out| {
        out.write_all(&[0; HEAD_LEN as usize])?;
        let mut hashing = Hashing {
            out,
            hash: Xxh3::new(),
            len: 0,
        };
        write(&mut hashing)?;
        let (len, hash) = (hashing.len, hashing.hash.digest());
        out.rewind()?;
        out.write_all(&MAGIC)?;
        for number in [key, len, hash] {
            out.write_all(&number.to_le_bytes())?;
        }
        Ok(())
    })
}

fn read_stage<T>(
    path: &Path,
    key: u64,
    read: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut magic = [0; 8];
    file.read_exact(&mut magic)?;
    let mut numbers = [0; 3];
    for number in &mut numbers {
        *number = u64::from_le_bytes(array(&mut file)?);
    }
    let [its_key, len, hash] = numbers;
    let wrong = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what));
    if magic != MAGIC {
        return wrong("no stage of this version");
    }
    if its_key != key {
        return wrong("made from other documents, or with other options");
    }
    let mut found = Xxh3::new();
    let mut left = len;
    let mut bytes = vec![0; 1 << 16];
    while left > 0 {
        let some = left.min(bytes.len() as u64) as usize;
        file.read_exact(&mut bytes[..some])?;
        found.update(&bytes[..some]);
        left -= some as u64;
    }
    if found.digest() != hash || file.read(&mut bytes)? > 0 {
        return wrong("damaged");
    }
    file.seek(io::SeekFrom::Start(HEAD_LEN))?;
    read(&mut file.take(len))
}

/// Reads a few bytes.
pub(crate) fn array<const N: usize>(input: &mut (impl Read + ?Sized)) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    /// Returns the stage, and whether it was made.
    fn stage(checkpoints: &Checkpoints, of: u64) -> (Vec<u8>, bool) {
        let mut is_made = false;
        let stage = checkpoints.stage(
            "numbers",
            of,
            || {
                is_made = true;
                Ok((0..200_000_u32).flat_map(u32::to_le_bytes).collect())
            },
            |input| {
                let mut bytes = Vec::new();
                input.read_to_end(&mut bytes).map(|_| bytes)
            },
            |bytes: &Vec<u8>, out| out.write_all(bytes),
        );
        (stage.unwrap(), is_made)
    }

    #[test]
    fn a_stage_is_made_once_and_again_only_where_it_is_damaged_or_of_other_documents() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("stages");
        let made_from = lines(&["version 1", "input a"]);
        let first = Checkpoints::open(&dir, &made_from).unwrap();
        let (whole, is_made) = stage(&first, 7);
        assert!(is_made && first.reused().is_empty());
        let second = Checkpoints::open(&dir, &made_from).unwrap();
        assert_eq!(stage(&second, 7), (whole.clone(), false));
        assert_eq!(second.reused(), ["numbers"]);
        assert_eq!(stage(&second, 8), (whole.clone(), true));
        let path = dir.join("_stage-numbers");
        let good = fs::read(&path).unwrap();
        for (at, len) in [
            (0, good.len()),
            (9, good.len()),
            (400_000, good.len()),
            (0, 31),
            (0, 0),
            (0, 90_000),
        ] {
            let mut bad = good[..len].to_vec();
            if let Some(byte) = bad.get_mut(at) {
                *byte ^= 1;
            }
            fs::write(&path, bad).unwrap();
            let again = Checkpoints::open(&dir, &made_from).unwrap();
            assert_eq!(stage(&again, 8), (whole.clone(), true), "{at} {len}");
            assert_eq!(again.troubles().len(), 1);
        }
        second.remove().unwrap();
        assert!(!dir.exists());
    }

    #[test]
    fn stages_of_a_run_that_had_ended_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let ended = Checkpoints::open(folder.path(), &lines(&["version 1"])).unwrap();
        stage(&ended, 7);
        fs::remove_file(folder.path().join(MADE_FROM)).unwrap();
        let next = Checkpoints::open(folder.path(), &lines(&["version 2"])).unwrap();
        assert!(!folder.path().join("_stage-numbers").exists());
        assert!(stage(&next, 7).1 && next.troubles().is_empty());
    }

    #[test]
    fn stages_of_another_run_are_refused_and_the_difference_is_named() {
        let folder = tempfile::tempdir().unwrap();
        Checkpoints::open(folder.path(), &lines(&["version 1", "input a"])).unwrap();
        let error = Checkpoints::open(folder.path(), &lines(&["version 1", "input b"]));
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("[input a]") && message.contains("[input b]"),
            "{message}"
        );
        let folder = tempfile::tempdir().unwrap();
        let plan = |threshold: f64| {
            let plan =
                format!("comparing: Options {{ recall: 0.99, threshold: {threshold}, k: 5 }}");
            lines(&["version 1", &plan])
        };
        Checkpoints::open(folder.path(), &plan(0.8)).unwrap();
        let error = Checkpoints::open(folder.path(), &plan(0.7)).unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(
                "had [comparing, threshold: 0.8] where this one has [comparing, threshold: 0.7]"
            ),
            "{message}"
        );
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("letter.txt"), "dear").unwrap();
        let error = Checkpoints::open(other.path(), &lines(&["version 1"])).unwrap_err();
        assert!(error.to_string().contains("letter.txt"), "{error}");
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
    }
}
