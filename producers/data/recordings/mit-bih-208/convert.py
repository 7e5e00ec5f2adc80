#!/usr/bin/env python3
"""Makes ecg.edf from ecg.npz: the same 108,000 numbers, with name, unit, range and rate beside them.

    python3 convert.py ecg.npz ecg.edf

No number is changed: SciPy's unsigned 16-bit ADC values (all below 2048) become EDF's signed 16-bit values.
"""
import struct
import sys
import zipfile

RATE, ADC_ZERO, ADC_GAIN = 360, 1024, 200.0  # Hz, units at 0 mV, units a millivolt

with zipfile.ZipFile(sys.argv[1]) as archive:
    array = archive.read("ecg.npy")
header_length = struct.unpack_from("<H", array, 8)[0]
assert b"'<u2'" in array[:10 + header_length] and b"(108000,)" in array[:10 + header_length]
values = struct.unpack("<108000H", array[10 + header_length:])
low, high = 0, 2047  # the range of the 11-bit converter
assert low <= min(values) and max(values) <= high


def field(text, width):
    encoded = str(text).encode("ascii")
    assert len(encoded) <= width
    return encoded.ljust(width)


head = b"".join([
    field("0", 8), field("MIT-BIH record 208", 80), field("excerpt from 19:35 to 24:35, lead MLII", 80),
    field("01.01.85", 8), field("00.19.35", 8),  # the day is not known; EDF asks for one
    field(512, 8), field("", 44), field(len(values) // RATE, 8), field(1, 8), field(1, 4),
    field("ECG MLII", 16), field("", 80), field("mV", 8),
    field((low - ADC_ZERO) / ADC_GAIN, 8), field((high - ADC_ZERO) / ADC_GAIN, 8), field(low, 8), field(high, 8),
    field("HP:0.1Hz LP:100Hz", 80), field(RATE, 8), field("", 32),
])
assert len(head) == 512
with open(sys.argv[2], "wb") as out:
    out.write(head + struct.pack("<108000h", *values))
