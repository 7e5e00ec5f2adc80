//! GL functions that glow 0.18 does not carry, or asks in a way to which drivers answer nothing.

use std::ffi::{CStr, c_char, c_void};

/// The type of `glPrimitiveRestartIndex`.
pub type RestartIndex = unsafe extern "system" fn(u32);

type GetProgramInterface = unsafe extern "system" fn(u32, u32, u32, *mut i32);
type GetProgramResourceName = unsafe extern "system" fn(u32, u32, u32, i32, *mut i32, *mut c_char);
type GetProgramResource = unsafe extern "system" fn(u32, u32, u32, i32, *const u32, i32, *mut i32, *mut i32);

/// Reflection of programs as OpenGL 4.3 and OpenGL ES 3.1 have it.
#[derive(Clone, Copy, Debug)]
pub struct ProgramResources {
    interface: GetProgramInterface,
    name: GetProgramResourceName,
    values: GetProgramResource,
}

/// `glPrimitiveRestartIndex`, if the driver has it.
///
/// # Safety
///
/// `load` must give GL's functions by name, or null.
pub(super) unsafe fn restart_index(load: impl Fn(&CStr) -> *const c_void) -> Option<RestartIndex> {
    // SAFETY: a function of this name has this type, and null is none.
    unsafe { std::mem::transmute::<*const c_void, Option<RestartIndex>>(load(c"glPrimitiveRestartIndex")) }
}

impl ProgramResources {
    /// The functions, if the driver has them all.
    ///
    /// # Safety
    ///
    /// `load` must give GL's functions by name, or null.
    pub(super) unsafe fn load(load: impl Fn(&CStr) -> *const c_void) -> Option<Self> {
        type Maybe<T> = Option<T>;
        // SAFETY: functions of these names have these types, and null is none.
        unsafe {
            let interface = load(c"glGetProgramInterfaceiv");
            let name = load(c"glGetProgramResourceName");
            let values = load(c"glGetProgramResourceiv");
            Some(ProgramResources {
                interface: std::mem::transmute::<*const c_void, Maybe<GetProgramInterface>>(interface)?,
                name: std::mem::transmute::<*const c_void, Maybe<GetProgramResourceName>>(name)?,
                values: std::mem::transmute::<*const c_void, Maybe<GetProgramResource>>(values)?,
            })
        }
    }

    /// How many resources of a kind a program has.
    ///
    /// # Safety
    ///
    /// A context with program interface queries must be current, and `program` be a linked program of it.
    pub(crate) unsafe fn count(&self, program: glow::Program, kind: u32) -> u32 {
        let mut count = 0;
        // SAFETY: as promised by the caller; one number is written.
        unsafe { (self.interface)(program.0.get(), kind, glow::ACTIVE_RESOURCES, &mut count) };
        count.max(0) as u32
    }

    /// The name of a resource.
    ///
    /// # Safety
    ///
    /// As for [`ProgramResources::count`]; `index` must be below the count.
    pub(crate) unsafe fn name(&self, program: glow::Program, kind: u32, index: u32) -> String {
        // GLSL ES bounds names by 1024 characters.
        let mut bytes = [0u8; 1100];
        let mut length = 0;
        let room = bytes.len() as i32;
        // SAFETY: as promised by the caller; no more is written than there is room for.
        unsafe {
            let start = bytes.as_mut_ptr().cast::<c_char>();
            (self.name)(program.0.get(), kind, index, room, &mut length, start);
        }
        let name = bytes.get(..length.max(0) as usize).unwrap_or(&[]);
        String::from_utf8_lossy(name).into_owned()
    }

    /// Properties of a resource; 0 where the driver gives none.
    ///
    /// # Safety
    ///
    /// As for [`ProgramResources::name`]; the kind must have the properties, one number each.
    pub(crate) unsafe fn values<const N: usize>(
        &self,
        program: glow::Program,
        kind: u32,
        index: u32,
        properties: [u32; N],
    ) -> [i32; N] {
        let mut values = [0; N];
        let (count, mut length) = (N as i32, 0);
        // SAFETY: as promised by the caller; no more is written than there is room for.
        unsafe {
            let program = program.0.get();
            let (asked, room) = (properties.as_ptr(), values.as_mut_ptr());
            (self.values)(program, kind, index, count, asked, count, &mut length, room);
        }
        values
    }
}
