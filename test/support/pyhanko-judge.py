"""What pyHanko says of each file: one JSON line a file, a list with an entry a signature, or a text why it cannot be read.

Arguments: PEM with the root, PEM with further certificates, PDF files. Nothing is fetched from anywhere.
"""

import json
import logging
import signal
import sys

from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

# Some hostile files keep it busy without an end.
SECONDS = 20


def judge(signature, roots, others):
    """Integrity, trust and changes as of now, as the program's own command judges."""
    context = ValidationContext(
        trust_roots=roots, other_certs=others, allow_fetching=False, revocation_mode='soft-fail'
    )
    stamp = signature.sig_object_type == '/DocTimeStamp'
    status = (validate_pdf_timestamp if stamp else validate_pdf_signature)(signature, context)
    changes = status.modification_level
    good = status.intact and status.valid and status.trusted and changes is not None and changes.name != 'OTHER'
    return {
        'good': bool(good if stamp else status.bottom_line),
        'coverage': status.coverage.name,
        'changes': None if changes is None else changes.name,
        'permitted': status.docmdp_ok,
    }


def tried(signature, roots, others):
    try:
        return judge(signature, roots, others)
    except TimeoutError:
        raise
    except Exception as error:  # What pyHanko cannot judge it says in errors of many kinds.
        return {'good': False, 'problem': f'{type(error).__name__}: {error}'}


def judge_file(path, roots, others):
    signal.alarm(SECONDS)
    try:
        with open(path, 'rb') as file:
            answers = []
            for signature in PdfFileReader(file).embedded_signatures:
                answers.append({'field': signature.field_name, **tried(signature, roots, others)})
            return answers
    except Exception as error:
        return f'{type(error).__name__}: {error}'
    finally:
        signal.alarm(0)


def out_of_time(*_):
    raise TimeoutError('no verdict in time')


def main(roots, others, *files):
    signal.signal(signal.SIGALRM, out_of_time)
    logging.disable(logging.CRITICAL)
    roots, others = list(load_certs_from_pemder([roots])), list(load_certs_from_pemder([others]))
    for path in files:
        print(json.dumps(judge_file(path, roots, others)))


main(*sys.argv[1:])
