//! Pictures from strangers: decoded within limits, and drawn anew, so that what is kept and served
//! is a small PNG of our own making and nothing of the file that came (SECURITY BR-7).

use std::io::Cursor;
use std::time::Duration;

use image::codecs::png::PngEncoder;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageFormat,
    ImageReader, Limits,
};
use tokio::sync::Semaphore;

use crate::error::{FlowError, ServerError};

/// The longest file that is looked at, in bytes.
pub const MAX_FILE: usize = 2 * 1024 * 1024;
/// The side of the square that is kept, in pixels; smaller pictures stay smaller.
pub const SIDE: u32 = 256;

/// The longest side that is decoded, in pixels.
const MAX_SIDE: u32 = 10_000;
/// The most memory that a decoded picture may take, in bytes: 16 million pixels in colour.
const MAX_MEMORY: u64 = 64 * 1024 * 1024;
/// How long a picture may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a file is not taken as a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PictureError {
    /// No file was chosen.
    Missing,
    /// More bytes than [`MAX_FILE`], or more pixels than are decoded.
    TooLarge,
    /// No PNG, JPEG, GIF or WebP, whatever its name says.
    NoPicture,
}

/// Draws pictures anew, one at a time, so that nobody fills the memory with several at once.
#[derive(Debug)]
pub struct PictureEncoder(Semaphore);

impl Default for PictureEncoder {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl PictureEncoder {
    /// A square PNG of at most [`SIDE`] pixels from the middle of the picture in `file`, without
    /// anything else that the file held.
    ///
    /// # Errors
    /// A [`PictureError`]; [`ServerError::Unavailable`] when too many pictures wait.
    pub async fn redraw(&self, file: Vec<u8>) -> Result<Vec<u8>, FlowError<PictureError>> {
        let turn = tokio::time::timeout(PATIENCE, self.0.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(ServerError::Unavailable("pictures wait too long".to_owned()).into());
        };
        let drawn = tokio::task::spawn_blocking(move || redraw(&file)).await;
        let drawn = drawn.map_err(|error| ServerError::Internal(error.to_string()))?;
        drawn.map_err(FlowError::Rejected)
    }
}

fn redraw(file: &[u8]) -> Result<Vec<u8>, PictureError> {
    if file.is_empty() {
        return Err(PictureError::Missing);
    }
    if file.len() > MAX_FILE {
        return Err(PictureError::TooLarge);
    }
    let drawn = square(decode(file)?).into_rgba8();
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(
            drawn.as_raw(),
            drawn.width(),
            drawn.height(),
            ExtendedColorType::Rgba8,
        )
        .map_err(|_| PictureError::NoPicture)?;
    Ok(png)
}

/// The picture (of several, the first one), turned as its camera was held. What a file is, its
/// bytes say, not its name.
fn decode(file: &[u8]) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(file));
    let format = image::guess_format(file).map_err(|_| PictureError::NoPicture)?;
    let allowed = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ];
    if !allowed.contains(&format) {
        return Err(PictureError::NoPicture);
    }
    reader.set_format(format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| problem(&error))?;
    // What the header announces, before anything is unpacked.
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || decoder.total_bytes() > MAX_MEMORY {
        return Err(PictureError::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(PictureError::NoPicture);
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| problem(&error))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

fn problem(error: &image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::NoPicture,
    }
}

/// The largest square in the middle.
fn square(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    if width == height && side <= SIDE {
        return picture;
    }
    let square = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    if side > SIDE {
        square.thumbnail_exact(SIDE, SIDE)
    } else {
        square
    }
}

#[cfg(test)]
mod tests;
