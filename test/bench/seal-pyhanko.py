"""The same document signed by pyHanko.

Arguments: PDF, PKCS#12 without a passphrase, file to write to, runs. Prints one JSON line: Measured of seal-measure.ts.
"""

import json
import sys
from io import BytesIO
from statistics import median
from time import perf_counter

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

BOX = (60, 300, 280, 380)


def peak_bytes():
    with open('/proc/self/status') as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith('VmHWM'))


def sign(original, signer):
    metadata = signers.PdfSignatureMetadata(
        field_name='sign', md_algorithm='sha256', subfilter=fields.SigSeedSubFilter.PADES, name='Bench'
    )
    field = fields.SigFieldSpec('sign', on_page=0, box=BOX)
    return signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(original)), metadata, signer=signer, new_field_spec=field
    )


def main(pdf, p12, target, runs):
    signer = signers.SimpleSigner.load_pkcs12(p12, passphrase=b'')
    if signer is None:
        raise SystemExit('pyHanko does not take the key')
    idle = peak_bytes()
    with open(pdf, 'rb') as file:
        original = file.read()
    jobs, written = [], []
    for _ in range(int(runs)):
        start = perf_counter()
        signed = sign(original, signer)
        jobs.append((perf_counter() - start) * 1000)
        with open(target, 'wb') as file:
            file.write(signed.getbuffer())
        written.append((perf_counter() - start) * 1000)
        del signed
    answer = {'job': median(jobs), 'written': median(written), 'first': jobs[0], 'peak': peak_bytes() - idle}
    print(json.dumps(answer))


main(*sys.argv[1:])
