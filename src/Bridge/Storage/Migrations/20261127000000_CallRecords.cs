using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhoneBridge.Bridge.Storage.Migrations;

/// <inheritdoc />
internal sealed partial class CallRecords : Migration
{
    private static readonly string[] EndOrder = ["End", "Id"];
    private static readonly string[] RoomOrder = ["Room", "Id"];

    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "calls",
            columns: table => new
            {
                Id = table.Column<string>(type: "TEXT", nullable: false),
                Leg = table.Column<long>(type: "INTEGER", nullable: true),
                Trunk = table.Column<string>(type: "TEXT", nullable: false),
                Direction = table.Column<string>(type: "TEXT", nullable: false),
                Caller = table.Column<string>(type: "TEXT", nullable: true),
                Called = table.Column<string>(type: "TEXT", nullable: true),
                Transport = table.Column<string>(type: "TEXT", nullable: false),
                ArrivedAt = table.Column<long>(type: "INTEGER", nullable: false),
                AnsweredAt = table.Column<long>(type: "INTEGER", nullable: true),
                EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                SetupMs = table.Column<double>(type: "REAL", nullable: true),
                Room = table.Column<string>(type: "TEXT", nullable: true),
                Role = table.Column<int>(type: "INTEGER", nullable: true),
                Codec = table.Column<string>(type: "TEXT", nullable: true),
                End = table.Column<string>(type: "TEXT", nullable: true),
                SipStatus = table.Column<int>(type: "INTEGER", nullable: true),
                LossPercent = table.Column<double>(type: "REAL", nullable: true),
                JitterMs = table.Column<double>(type: "REAL", nullable: true),
                RFactor = table.Column<double>(type: "REAL", nullable: true)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_calls", x => x.Id);
            });

        migrationBuilder.CreateIndex(
            name: "IX_calls_End_Id",
            table: "calls",
            columns: EndOrder);

        migrationBuilder.CreateIndex(
            name: "IX_calls_Room_Id",
            table: "calls",
            columns: RoomOrder);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "calls");
    }
}
