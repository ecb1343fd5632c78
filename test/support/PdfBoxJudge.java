import java.io.File;
import java.nio.file.Files;
import java.security.Security;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * The integrity of signatures in PDF files, as PDFBox and Bouncy Castle have it. One line a file: `unreadable`,
 * `unsigned`, or a word for each signature, `valid` or `invalid`, with `:whole` where the signed bytes reach the end
 * of the file. Says nothing about trust or about later changes.
 */
public class PdfBoxJudge {
  private static final long SECONDS_PER_FILE = 20;

  public static void main(String[] names) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    ExecutorService worker = Executors.newCachedThreadPool(work -> {
      // Deep enough for ordinary files, and no reason to stay alive for one that never ends.
      Thread thread = new Thread(null, work, "judge", 1 << 20);
      thread.setDaemon(true);
      return thread;
    });
    for (String name : names) {
      String words;
      try {
        words = worker.submit(() -> judge(new File(name))).get(SECONDS_PER_FILE, TimeUnit.SECONDS);
      } catch (Exception tooLong) {
        words = "unreadable";
      }
      System.out.println(words);
    }
  }

  private static String judge(File file) {
    try {
      byte[] bytes = Files.readAllBytes(file.toPath());
      try (PDDocument document = PDDocument.load(bytes)) {
        StringBuilder words = new StringBuilder();
        for (PDSignature signature : document.getSignatureDictionaries()) {
          int[] range = signature.getByteRange();
          boolean whole = range != null && range.length == 4 && range[2] + range[3] == bytes.length;
          words.append(words.length() == 0 ? "" : " ").append(isValid(signature, bytes) ? "valid" : "invalid");
          words.append(whole ? ":whole" : "");
        }
        return words.length() == 0 ? "unsigned" : words.toString();
      }
    } catch (Exception | StackOverflowError | OutOfMemoryError problem) {
      return "unreadable";
    }
  }

  private static boolean isValid(PDSignature signature, byte[] bytes) {
    try {
      byte[] signed = signature.getSignedContent(bytes);
      CMSSignedData cms = new CMSSignedData(new CMSProcessableByteArray(signed), signature.getContents(bytes));
      int verified = 0;
      for (SignerInformation signer : cms.getSignerInfos().getSigners()) {
        for (Object match : cms.getCertificates().getMatches(signer.getSID())) {
          SignerInformationVerifier verifier =
              new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build((X509CertificateHolder) match);
          if (!signer.verify(verifier)) return false;
          verified += 1;
        }
      }
      return verified > 0;
    } catch (Exception problem) {
      return false;
    }
  }
}
