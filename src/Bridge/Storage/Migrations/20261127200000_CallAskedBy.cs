using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace PhoneBridge.Bridge.Storage.Migrations;

/// <inheritdoc />
internal sealed partial class CallAskedBy : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>(
            name: "AskedBy",
            table: "calls",
            type: "TEXT",
            nullable: true);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn(
            name: "AskedBy",
            table: "calls");
    }
}
