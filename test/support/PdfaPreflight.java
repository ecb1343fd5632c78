import java.io.File;
import org.apache.pdfbox.preflight.Format;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.exception.SyntaxValidationException;
import org.apache.pdfbox.preflight.parser.PreflightParser;

/** Apache PDFBox Preflight on files said to be PDF/A-1b: one line a fault, code and words; nothing when there are none. */
public final class PdfaPreflight {
  public static void main(String[] files) throws Exception {
    for (String file : files) {
      for (ValidationResult.ValidationError fault : judge(new File(file)).getErrorsList()) {
        System.out.println(fault.getErrorCode() + " " + fault.getDetails());
      }
    }
  }

  private static ValidationResult judge(File file) throws Exception {
    PreflightParser parser = new PreflightParser(file);
    try {
      parser.parse(Format.PDF_A1B);
      try (PreflightDocument document = parser.getPreflightDocument()) {
        document.validate();
        return document.getResult();
      }
    } catch (SyntaxValidationException fault) {
      return fault.getResult();
    }
  }
}
